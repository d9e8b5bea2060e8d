package dev.postrider.benchmarks.broker;

import java.io.IOException;

/**
 * Counts a channel's confirms, which come singly or for all up to a number, in any order. Called on the connection's
 * thread only.
 */
final class Confirms {
    /** More than a sender ever leaves unanswered. */
    private static final int RING = 1 << 18;

    private final Answers answers;
    private final boolean[] alone = new boolean[RING];
    private long lowest = 1;

    Confirms(Answers answers) {
        this.answers = answers;
    }

    void confirmed(long number, boolean multiple) {
        int count = book(number, multiple);
        if (count > 0) {
            answers.stored(count);
        }
    }

    void refused(long number, boolean multiple) {
        int count = book(number, multiple);
        if (count > 0) {
            answers.failed(count, new IOException("Refused by the broker"));
        }
    }

    /** How many of them were not answered before. */
    private int book(long number, boolean multiple) {
        if (!multiple) {
            alone[(int) (number % RING)] = true;
            while (alone[(int) (lowest % RING)]) {
                alone[(int) (lowest++ % RING)] = false;
            }
            return 1;
        }
        int count = 0;
        while (lowest <= number) {
            int place = (int) (lowest++ % RING);
            count += alone[place] ? 0 : 1;
            alone[place] = false;
        }
        while (alone[(int) (lowest % RING)]) {
            alone[(int) (lowest++ % RING)] = false;
        }
        return count;
    }
}
