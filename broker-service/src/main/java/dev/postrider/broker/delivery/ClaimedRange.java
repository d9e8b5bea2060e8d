package dev.postrider.broker.delivery;

import dev.postrider.protocol.codec.RecordBatchReader;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * A delivery that this broker owns: records {@code first} to {@code first + count - 1} of a chunk, and where each
 * stands. Indexes in this class are those of the chunk. Not thread-safe.
 */
public final class ClaimedRange {
    private final int queueId;
    private final long chunkId;
    private final int first;
    private final int count;
    private final int priority;
    private final int attempts;

    private byte[] settledBits;
    private byte[] states;
    private int[] handings;
    private long[] deadlines;
    private ConsumerState[] holders;
    private RecordBatchReader records;

    private int ready;
    private int unsettled;
    private int held;
    private int cursor;
    private boolean dropped;
    /** Records whose end has an unknown outcome; null: there was never one. */
    private BitSet doubted;

    /** The next range of the same chunk; null: there is none. */
    ClaimedRange nextOfChunk;

    /** Of a partitioned queue: for each record that is not settled, where it stands. */
    KeyLine.Node[] nodes;

    private Place place;

    /**
     * A range just claimed or just appended.
     *
     * @param priority 0 to 9
     * @param attempts attempts to count for each record besides those it says itself
     * @param settledBits bits of the chunk's records that are settled already; null: none
     */
    public ClaimedRange(
            int queueId,
            long chunkId,
            int first,
            RecordBatchReader records,
            int count,
            int priority,
            Progress progress) {
        this.queueId = queueId;
        this.chunkId = chunkId;
        this.first = first;
        this.count = count;
        this.priority = priority;
        this.attempts = progress.attempts();
        this.records = records;
        this.settledBits = new byte[(first + count + 7) / 8];
        this.states = new byte[count];
        this.handings = new int[count];
        this.deadlines = new long[count];
        this.holders = new ConsumerState[count];
        this.ready = count;
        this.unsettled = count;
        this.cursor = first;
        if (progress.settledBits() != null) {
            takeOver(progress.settledBits());
        }
    }

    /**
     * What earlier owners did to the range.
     *
     * @param attempts how many died with it
     * @param settledBits bits of settled records; null: none
     */
    public record Progress(int attempts, byte[] settledBits) {
        public static final Progress NONE = new Progress(0, null);
    }

    /**
     * Where a range of a partitioned or a fair queue stands.
     *
     * @param part the partition, or what stands for the priority
     * @param order among the ranges of the part
     * @param notBeforeMillis nothing of it is handed out before, by the clock of {@link QueueCore}'s caller
     */
    public record Place(int part, long order, long notBeforeMillis) {
        /** It need not wait. */
        public static final long AT_ONCE = Long.MIN_VALUE;
    }

    /** The same, which stands there. Call before it is added to a {@link QueueCore}. */
    public ClaimedRange at(Place value) {
        place = value;
        return this;
    }

    /** Null: its queue is neither partitioned nor fair, or it was stored before it was. */
    public Place place() {
        return place;
    }

    private void takeOver(byte[] bits) {
        System.arraycopy(bits, 0, settledBits, 0, Math.min(bits.length, settledBits.length));
        for (int index = first; index < first + count; index++) {
            if ((settledBits[index >> 3] & 1 << (index & 7)) != 0) {
                states[index - first] = RecordState.SETTLED;
                ready--;
                unsettled--;
            }
        }
    }

    /** The next ready record, or -1. */
    int nextReady() {
        while (ready > 0 && cursor < first + count) {
            if (states[cursor - first] == RecordState.READY) {
                return cursor;
            }
            cursor++;
        }
        return -1;
    }

    /** Indexes of all ready records but the range's first. */
    int[] readyBehindFirst() {
        return IntStream.range(first + 1, first + count)
                .filter(index -> states[index - first] == RecordState.READY)
                .toArray();
    }

    void lease(int index, ConsumerState holder, int handing, long deadlineMillis) {
        move(index, RecordState.READY, RecordState.LEASED);
        ready--;
        holders[index - first] = holder;
        held++;
        handings[index - first] = handing;
        deadlines[index - first] = deadlineMillis;
        holder.take();
    }

    void giveBack(int index) {
        move(index, RecordState.LEASED, RecordState.READY);
        release(index);
        ready++;
        cursor = Math.min(cursor, index);
    }

    /** The record's end is on its way. */
    void beginSettle(int index) {
        move(index, RecordState.LEASED, RecordState.SETTLING);
    }

    /** A ready record ends without being handed out: it has expired, or its attempts are used up. */
    void beginSettleReady(int index) {
        move(index, RecordState.READY, RecordState.SETTLING);
        ready--;
    }

    /** Ends those ready records that the gate does not let pass. */
    void sift(QueueCore.Gate gate) {
        for (int index = first; index < first + count; index++) {
            if (states[index - first] == RecordState.READY && !gate.letsPass(this, index)) {
                beginSettleReady(index);
            }
        }
    }

    /** The end is committed. */
    void endSettle(int index) {
        move(index, RecordState.SETTLING, RecordState.SETTLED);
        release(index);
        unsettled--;
    }

    /** The commit failed: the record is what it was before {@link #beginSettle}. */
    void revertSettle(int index) {
        if (holders[index - first] == null) {
            move(index, RecordState.SETTLING, RecordState.READY);
            ready++;
            cursor = Math.min(cursor, index);
        } else {
            move(index, RecordState.SETTLING, RecordState.LEASED);
        }
    }

    private void move(int index, byte from, byte to) {
        byte state = states[index - first];
        if (state != from) {
            throw new IllegalStateException("Record " + index + " of chunk " + chunkId + " is in state " + state
                    + ", cannot go from " + from + " to " + to);
        }
        states[index - first] = to;
    }

    private void release(int index) {
        ConsumerState holder = holders[index - first];
        if (holder != null) {
            holders[index - first] = null;
            held--;
            holder.drop();
        }
    }

    boolean isReady(int index) {
        return !dropped && states[index - first] == RecordState.READY;
    }

    boolean isLeased(int index) {
        return !dropped && states[index - first] == RecordState.LEASED;
    }

    boolean isLeasedAs(int index, int handing) {
        return contains(index) && isLeased(index) && handings[index - first] == handing;
    }

    boolean isHeldBy(int index, ConsumerState consumer) {
        return !dropped && holders[index - first] == consumer;
    }

    /** True if its consumer has left while the record was being settled. */
    boolean isGivenBack(int index) {
        return !isDoubted(index) && holders[index - first] != null && holders[index - first].givesBack();
    }

    int handing(int index) {
        return handings[index - first];
    }

    long deadlineMillis(int index) {
        return deadlines[index - first];
    }

    void extend(int index, long deadlineMillis) {
        deadlines[index - first] = deadlineMillis;
    }

    /**
     * The bits to write once the given records are settled as well: a copy, or null if none is set.
     *
     * @param more indexes that are being settled
     */
    public byte[] bitsWith(int[] more) {
        for (int index : more) {
            settledBits[index >> 3] |= (byte) (1 << (index & 7));
        }
        return settledBits.clone();
    }

    /** Takes back what {@link #bitsWith} set. */
    public void clearBits(int[] indexes) {
        for (int index : indexes) {
            settledBits[index >> 3] &= (byte) ~(1 << (index & 7));
        }
    }

    /** How many records are not known to be settled in the database. */
    public int unsettled() {
        return unsettled;
    }

    /** How many records are known to be settled in the database. */
    public int settledCount() {
        return count - unsettled;
    }

    /**
     * The outcome of a commit about this range is not known, so that the database may know more of it. Records that
     * it would have ended are given back to nobody until that is known.
     */
    public void doubt(int[] indexes) {
        if (doubted == null) {
            doubted = new BitSet();
        }
        for (int index : indexes) {
            doubted.set(index);
        }
    }

    public boolean isDoubted() {
        return doubted != null;
    }

    boolean isDoubted(int index) {
        return doubted != null && doubted.get(index);
    }

    /** Takes over what the database says of records that are not being settled just now. */
    void learn(byte[] bits) {
        for (int index = first; index < first + count; index++) {
            boolean set = index >> 3 < bits.length && (bits[index >> 3] & 1 << (index & 7)) != 0;
            byte state = states[index - first];
            if (set && (state == RecordState.READY || state == RecordState.LEASED)) {
                settledBits[index >> 3] |= (byte) (1 << (index & 7));
                states[index - first] = RecordState.SETTLED;
                ready -= state == RecordState.READY ? 1 : 0;
                unsettled--;
                release(index);
            }
        }
    }

    /** True if the record is known to be settled in the database. */
    public boolean isSettled(int index) {
        return states[index - first] == RecordState.SETTLED;
    }

    /** How many bits are set within the range. */
    public int settledBitCount() {
        int sum = 0;
        for (int index = first; index < first + count; index++) {
            sum += settledBits[index >> 3] >> (index & 7) & 1;
        }
        return sum;
    }

    /** Forgets everything but the key: a late timer may still point here, and must not keep the records. */
    void drop() {
        dropped = true;
        for (ConsumerState holder : holders) {
            if (holder != null) {
                holder.drop();
            }
        }
        held = 0;
        records = null;
        nodes = null;
        states = null;
        handings = null;
        deadlines = null;
        holders = null;
        ready = 0;
    }

    public boolean isDropped() {
        return dropped;
    }

    boolean contains(int index) {
        return index >= first && index < first + count;
    }

    /** True if every record is committed as settled. */
    public boolean isFinished() {
        return unsettled == 0;
    }

    /** True if nothing is handed out and nothing is on its way: the rest can be given back. */
    public boolean isIdle() {
        return ready == unsettled;
    }

    public int queueId() {
        return queueId;
    }

    public long chunkId() {
        return chunkId;
    }

    public int first() {
        return first;
    }

    public int count() {
        return count;
    }

    public int priority() {
        return priority;
    }

    /** Records in memory that wait for credit. */
    public int ready() {
        return ready;
    }

    /** Records that some consumer holds, or held when they began to be settled. */
    int held() {
        return held;
    }

    /**
     * The attempt that handing out a record is, from 1.
     *
     * @param attemptsBefore attempts that the record itself says
     */
    public int attempt(int attemptsBefore) {
        return attemptsBefore + attempts + 1;
    }

    public RecordBatchReader records() {
        return records;
    }

    @Override
    public String toString() {
        return "range " + chunkId + "[" + first + "+" + count + "] of queue " + queueId;
    }
}
