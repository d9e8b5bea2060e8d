package dev.postrider.broker.delivery;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Which records of an ordered queue may be handed out: of each key the first one, once the one before it has ended.
 * Keys take turns, so that a busy one does not keep the others waiting. Not thread-safe; time is the caller's, as in
 * {@link QueueCore}.
 */
public final class KeyOrder {
    private final Keys keys;
    private final Map<String, KeyLine> lines = new HashMap<>();
    private final ArrayDeque<KeyLine> runnable = new ArrayDeque<>();
    private final PriorityQueue<KeyLine> waiting =
            new PriorityQueue<>(Comparator.comparingLong((KeyLine line) -> line.dueMillis));
    private final BitSet open = new BitSet();
    private long members;
    /** Lines that wait for their turn or their time and have no record any more. */
    private int empty;

    /** Tells the key of a record. */
    public interface Keys {
        /** Null: it has none, and is in no order with any other. */
        String of(ClaimedRange range, int index);
    }

    public KeyOrder(Keys keys) {
        this.keys = keys;
    }

    /** Records of the partition may be handed out from now on. */
    void open(int part) {
        open.set(part);
    }

    /** Nothing more of the partition is handed out. */
    public void close(int part) {
        open.clear(part);
    }

    /** Takes in a range, or looks at all of its records anew. */
    void add(ClaimedRange range) {
        if (range.lines == null) {
            range.lines = new KeyLine[range.count()];
            for (int index = range.first(); index < range.first() + range.count(); index++) {
                if (!range.isSettled(index)) {
                    KeyLine line = lineOf(range, index);
                    line.members++;
                    members++;
                    range.lines[index - range.first()] = line;
                }
            }
        }
        for (int index = range.first(); index < range.first() + range.count(); index++) {
            look(range, index);
        }
    }

    private KeyLine lineOf(ClaimedRange range, int index) {
        String key = keys.of(range, index);
        int part = range.place().part();
        return key == null ? new KeyLine(null, part) : lines.computeIfAbsent(key, absent -> new KeyLine(key, part));
    }

    /** Something became of the record. */
    void look(ClaimedRange range, int index) {
        KeyLine line = range.lines[index - range.first()];
        if (line == null) {
            return;
        }
        boolean ready = range.isReady(index);
        boolean settled = range.isSettled(index);
        if ((ready || settled) && line.isBusyWith(range, index)) {
            line.free();
        }
        if (ready) {
            line.insert(range, index);
        } else if (settled) {
            leave(range, index, line);
        }
        offer(line);
    }

    private void leave(ClaimedRange range, int index, KeyLine line) {
        range.lines[index - range.first()] = null;
        members--;
        if (--line.members == 0) {
            if (line.key != null) {
                lines.remove(line.key);
            }
            empty += line.queued ? 1 : 0;
        }
    }

    /** The range is no longer here. Call before it is dropped. */
    void forget(ClaimedRange range) {
        for (int index = range.first(); range.lines != null && index < range.first() + range.count(); index++) {
            KeyLine line = range.lines[index - range.first()];
            if (line != null) {
                if (line.isBusyWith(range, index)) {
                    line.free();
                }
                leave(range, index, line);
                offer(line);
            }
        }
    }

    private void offer(KeyLine line) {
        if (!line.queued && !line.isBusy() && line.members > 0) {
            line.queued = true;
            runnable.add(line);
        }
    }

    /** The next record to be handed out, which is under way from now on; null: there is none now. */
    KeyLine.Node next(long nowMillis) {
        wake(nowMillis);
        for (KeyLine line = runnable.poll(); line != null; line = runnable.poll()) {
            line.queued = false;
            empty -= line.members == 0 ? 1 : 0;
            KeyLine.Node head = line.isBusy() || !open.get(line.part) ? null : line.head();
            if (head != null && head.range().place().notBeforeMillis() > nowMillis) {
                line.queued = true;
                line.dueMillis = head.range().place().notBeforeMillis();
                waiting.add(line);
            } else if (head != null) {
                return line.take();
            }
        }
        return null;
    }

    /** Those whose time has come wait for their turn. */
    void wake(long nowMillis) {
        while (!waiting.isEmpty() && waiting.peek().dueMillis <= nowMillis) {
            runnable.add(waiting.poll());
        }
    }

    /** How many keys have a record that could be handed out now, about. */
    int runnable() {
        return Math.max(0, runnable.size() - empty);
    }

    /** How many records lie here and are not settled. */
    public long members() {
        return members;
    }

    /** How many failed records wait for their time. */
    public int waiting() {
        return waiting.size();
    }

    /** When the next one of them is due; {@link Long#MAX_VALUE}: none waits. */
    long nextMillis() {
        return waiting.isEmpty() ? Long.MAX_VALUE : waiting.peek().dueMillis;
    }
}
