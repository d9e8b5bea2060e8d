package dev.postrider.broker.delivery;

import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Which records of a partitioned queue may be handed out: of each key the first ones, so that no more of it are under
 * way than may be. Keys take turns, so that a busy one does not keep the others waiting; those with a record of
 * higher priority come first. Not thread-safe; time is the caller's, as in {@link QueueCore}.
 */
public final class KeyOrder {
    private final Keys keys;
    private final Map<String, KeyLine> lines = new HashMap<>();
    private final Turns turns = new Turns();
    private final PriorityQueue<KeyLine> waiting =
            new PriorityQueue<>(Comparator.comparingLong((KeyLine line) -> line.dueMillis));
    private final BitSet open = new BitSet();
    private int underWayMax = 1;
    private long members;
    private int runnable;

    /** Tells the key of a record. */
    public interface Keys {
        /** Null: it has none, and waits for no other. */
        String of(ClaimedRange range, int index);
    }

    /** One record of a key is under way at a time, until {@link #bound} says otherwise. */
    public KeyOrder(Keys keys) {
        this.keys = keys;
    }

    /**
     * So many records of a key may be under way from now on; where more are, none is added until they have ended.
     *
     * @param value 1 up
     */
    public void bound(int value) {
        if (value != underWayMax) {
            underWayMax = value;
            lines.values().forEach(this::offer);
        }
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
        if (range.nodes == null) {
            range.nodes = new KeyLine.Node[range.count()];
            for (int index = range.first(); index < range.first() + range.count(); index++) {
                if (!range.isSettled(index)) {
                    KeyLine line = lineOf(range, index);
                    line.members++;
                    members++;
                    range.nodes[index - range.first()] = new KeyLine.Node(line, range, index);
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
        KeyLine.Node node = range.nodes[index - range.first()];
        if (node == null) {
            return;
        }
        KeyLine line = node.line();
        if (range.isReady(index)) {
            line.free(node);
            line.insert(node);
        } else if (range.isSettled(index)) {
            leave(node);
        }
        offer(line);
    }

    private void leave(KeyLine.Node node) {
        KeyLine line = node.line();
        node.range().nodes[node.index() - node.range().first()] = null;
        line.free(node);
        line.leave(node);
        members--;
        if (line.members == 0 && line.key != null) {
            lines.remove(line.key);
        }
    }

    /** The range is no longer here. Call before it is dropped. */
    void forget(ClaimedRange range) {
        for (int index = range.first(); range.nodes != null && index < range.first() + range.count(); index++) {
            KeyLine.Node node = range.nodes[index - range.first()];
            if (node != null) {
                leave(node);
                offer(node.line());
            }
        }
    }

    /** Lets the line stand among the others as long as it may have a record to hand out. */
    private void offer(KeyLine line) {
        int idle = line.members - line.busy;
        int room = underWayMax - line.busy;
        KeyLine.Node head = line.waits || room <= 0 || idle <= 0 ? null : line.head();
        if (head == null) {
            turns.remove(line);
        } else {
            turns.add(line, head.range().priority());
        }
        int counted = head == null ? 0 : Math.min(room, idle);
        runnable += counted - line.runnable;
        line.runnable = counted;
    }

    /** The next record to be handed out, which is under way from now on; null: there is none now. */
    KeyLine.Node next(long nowMillis) {
        wake(nowMillis);
        for (KeyLine line = turns.poll(); line != null; line = turns.poll()) {
            runnable -= line.runnable;
            line.runnable = 0;
            KeyLine.Node head = open.get(line.part) ? line.head() : null;
            if (head != null && head.range().place().notBeforeMillis() > nowMillis) {
                line.waits = true;
                line.dueMillis = head.range().place().notBeforeMillis();
                waiting.add(line);
            } else if (head != null) {
                line.take();
                offer(line);
                return head;
            }
        }
        return null;
    }

    /** Those whose time has come wait for their turn. */
    void wake(long nowMillis) {
        while (!waiting.isEmpty() && waiting.peek().dueMillis <= nowMillis) {
            KeyLine due = waiting.poll();
            due.waits = false;
            offer(due);
        }
    }

    /** How many records could be handed out now, about. */
    int runnable() {
        return runnable;
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
