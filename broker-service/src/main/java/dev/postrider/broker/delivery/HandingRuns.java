package dev.postrider.broker.delivery;

import java.util.ArrayList;
import java.util.List;

/** The records of one turn in pieces, and who is being served. Not thread-safe. */
final class HandingRuns {
    final List<HandingRun> result = new ArrayList<>();
    long share = 1;
    int room;
    ConsumerState consumer;
    private long left;
    private ClaimedRange range;
    private int first;
    private int count;
    private int number;

    /** @param room records at most */
    HandingRuns(int room) {
        this.room = room;
    }

    boolean goesOn() {
        return consumer != null && left > 0 && consumer.appetite() > 0;
    }

    void serve(ConsumerState next) {
        flush();
        consumer = next;
        left = share;
    }

    void add(ClaimedRange of, int index, int handing) {
        boolean continues = count > 0 && of == range && index == first + count && handing == number + count;
        if (!continues) {
            flush();
            range = of;
            first = index;
            number = handing;
        }
        count++;
        left--;
        room--;
    }

    void flush() {
        if (count > 0) {
            result.add(new HandingRun(consumer, range, first, count, number));
            count = 0;
        }
    }
}
