package dev.postrider.broker.delivery;

import dev.postrider.protocol.Receipt;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/**
 * What one broker holds of one queue: the claimed ranges, the consumers and who has what. Decides who gets which
 * record, and when a lease has run out. Not thread-safe; time is the caller's, in milliseconds, and must not run
 * backwards.
 */
public final class QueueCore {
    public static final Comparator<ClaimedRange> HIGH_PRIORITY_THEN_AGE = Comparator.comparingInt(
                    (ClaimedRange range) -> -range.priority())
            .thenComparingLong(ClaimedRange::chunkId)
            .thenComparingInt(ClaimedRange::first);

    private final List<ConsumerState> consumers = new ArrayList<>();
    private final Map<Long, ClaimedRange> rangesByChunk = new HashMap<>();
    private TreeSet<ClaimedRange> readyRanges = new TreeSet<>(HIGH_PRIORITY_THEN_AGE);
    private final LeaseClock leases = new LeaseClock();

    /** Null: the queue is not partitioned. */
    private KeyOrder order;

    private int turn;
    private int handings;
    private int rangeCount;

    /** From now on records are handed out as keys allow; null: as priorities say. Call while no range is here. */
    public void setOrder(KeyOrder value) {
        order = value;
    }

    /** Records of the partition may be handed out from now on. */
    public void open(int part) {
        order.open(part);
        ranges().stream().filter(range -> range.place().part() == part).forEach(order::add);
    }

    /** Hands out in this order from now on; {@link #HIGH_PRIORITY_THEN_AGE} until then. */
    public void orderBy(Comparator<ClaimedRange> order) {
        if (readyRanges.comparator() != order) {
            TreeSet<ClaimedRange> ordered = new TreeSet<>(order);
            ordered.addAll(readyRanges);
            readyRanges = ordered;
        }
    }

    public void join(ConsumerState consumer) {
        consumers.add(consumer);
    }

    public void addCredit(ConsumerState consumer, int more) {
        consumer.addCredit(more);
    }

    public void setWritable(ConsumerState consumer, boolean writable, long nowMillis) {
        consumer.setWritable(writable, nowMillis);
    }

    /** The consumer takes nothing more; what it holds stays leased. */
    public void detach(ConsumerState consumer) {
        consumer.leave();
        consumers.remove(consumer);
    }

    /** The consumer leaves; what it holds is ready again unless it is being settled, or its end is in doubt. */
    public void leave(ConsumerState consumer) {
        detach(consumer);
        consumer.giveBack();
        if (consumer.held() == 0) {
            return;
        }
        for (ClaimedRange head : rangesByChunk.values()) {
            for (ClaimedRange range = head; range != null; range = range.nextOfChunk) {
                giveBackAll(range, consumer);
            }
        }
    }

    private void giveBackAll(ClaimedRange range, ConsumerState consumer) {
        for (int index = range.first(); index < range.first() + range.count(); index++) {
            if (range.isHeldBy(index, consumer) && range.isLeased(index) && !range.isDoubted(index)) {
                range.giveBack(index);
                readyRanges.add(range);
                look(range, index);
            }
        }
    }

    private void look(ClaimedRange range, int index) {
        if (order != null) {
            order.look(range, index);
        }
    }

    /** Takes in a range that this broker owns. */
    public void add(ClaimedRange range) {
        range.nextOfChunk = rangesByChunk.put(range.chunkId(), range);
        rangeCount++;
        if (range.ready() > 0) {
            readyRanges.add(range);
        }
        if (order != null) {
            order.add(range);
        }
    }

    /** Decides about a record of a range; false: it must not be handed out, and is being settled instead. */
    public interface Gate {
        boolean letsPass(ClaimedRange range, int index);
    }

    /**
     * Hands out ready records in turn while there is credit: to each consumer an equal share in one piece, so that
     * neighbours travel together.
     *
     * @param nowMillis leases run from here
     * @param room records at most
     */
    public List<HandingRun> dispatch(long nowMillis, Gate gate, int room) {
        HandingRuns runs = new HandingRuns(room);
        int hungry = hungryConsumers();
        if (hungry > 0) {
            runs.share = (Math.min(availableCount(), room) + hungry - 1) / hungry;
        }
        if (order != null) {
            dispatchInOrder(nowMillis, gate, runs);
        }
        while (order == null && runs.room > 0 && !readyRanges.isEmpty() && hasAppetite()) {
            ClaimedRange range = readyRanges.first();
            dispatchRange(range, nowMillis, gate, runs);
            if (range.nextReady() < 0) {
                readyRanges.remove(range);
            }
        }
        runs.flush();
        return runs.result;
    }

    /** Asks about every record that waits here, whether anybody wants it or not. */
    public void sift(Gate gate) {
        for (ClaimedRange range : new ArrayList<>(readyRanges)) {
            range.sift(gate);
            if (range.ready() == 0) {
                readyRanges.remove(range);
            }
        }
    }

    private void dispatchRange(ClaimedRange range, long nowMillis, Gate gate, HandingRuns runs) {
        for (int index = range.nextReady(); index >= 0 && runs.room > 0; index = range.nextReady()) {
            if (!runs.goesOn()) {
                runs.serve(nextConsumer());
                if (runs.consumer == null) {
                    return;
                }
            }
            handOut(range, index, nowMillis, gate, runs);
        }
    }

    private void dispatchInOrder(long nowMillis, Gate gate, HandingRuns runs) {
        while (runs.room > 0 && hasAppetite()) {
            KeyLine.Node next = order.next(nowMillis);
            if (next == null) {
                return;
            }
            if (!runs.goesOn()) {
                runs.serve(nextConsumer());
            }
            handOut(next.range(), next.index(), nowMillis, gate, runs);
            if (next.range().ready() == 0) {
                readyRanges.remove(next.range());
            }
        }
    }

    private void handOut(ClaimedRange range, int index, long nowMillis, Gate gate, HandingRuns runs) {
        if (!gate.letsPass(range, index)) {
            range.beginSettleReady(index);
            return;
        }
        long deadline = nowMillis + runs.consumer.leaseMillis();
        range.lease(index, runs.consumer, ++handings, deadline);
        leases.addNext(deadline, range, index);
        runs.add(range, index, handings);
    }

    private int hungryConsumers() {
        int hungry = 0;
        for (ConsumerState consumer : consumers) {
            hungry += consumer.appetite() > 0 ? 1 : 0;
        }
        return hungry;
    }

    private boolean hasAppetite() {
        for (ConsumerState consumer : consumers) {
            if (consumer.appetite() > 0) {
                return true;
            }
        }
        return false;
    }

    private ConsumerState nextConsumer() {
        for (int i = 0; i < consumers.size(); i++) {
            turn = turn + 1 < consumers.size() ? turn + 1 : 0;
            ConsumerState candidate = consumers.get(turn);
            if (candidate.appetite() > 0) {
                return candidate;
            }
        }
        return null;
    }

    /**
     * True if the record of a valid receipt may have ended already: nobody knows what became of an earlier commit.
     */
    public boolean isInDoubt(Receipt receipt) {
        ClaimedRange range = leased(receipt);
        return range != null && range.isDoubted(receipt.index());
    }

    /** Lets the lease of a valid receipt run to {@code deadlineMillis}; false if the receipt has expired. */
    public boolean extend(Receipt receipt, long deadlineMillis) {
        ClaimedRange range = leased(receipt);
        if (range == null) {
            return false;
        }
        range.extend(receipt.index(), deadlineMillis);
        leases.add(deadlineMillis, range, receipt.index(), receipt.index() + 1);
        return true;
    }

    private ClaimedRange leased(Receipt receipt) {
        return leased(null, receipt.chunkId(), receipt.index(), receipt.handing());
    }

    /**
     * The range whose record was handed out under that number and is leased still; null: there is none.
     *
     * @param likely where it is looked for first; null: anywhere
     */
    public ClaimedRange leased(ClaimedRange likely, long chunkId, int index, int handing) {
        if (likely != null && likely.chunkId() == chunkId && likely.isLeasedAs(index, handing)) {
            return likely;
        }
        // Of a record that was shed, the range that shed it and the one that it came back with know.
        for (ClaimedRange range = rangesByChunk.get(chunkId); range != null; range = range.nextOfChunk) {
            if (range.isLeasedAs(index, handing)) {
                return range;
            }
        }
        return null;
    }

    /** Marks a {@linkplain #leased leased} record as being settled. */
    public void beginSettle(ClaimedRange range, int index) {
        range.beginSettle(index);
    }

    /** The end of the records is committed; a range that is finished with it is to be forgotten. */
    public void endSettle(ClaimedRange range, int[] indexes) {
        for (int index : indexes) {
            range.endSettle(index);
            look(range, index);
        }
    }

    /**
     * The commit failed: the records are as before. Those of a consumer that has left meanwhile are ready again,
     * unless their end is in doubt.
     */
    public void revertSettle(ClaimedRange range, int[] indexes) {
        for (int index : indexes) {
            range.revertSettle(index);
            if (range.isLeased(index) && range.isGivenBack(index)) {
                range.giveBack(index);
            } else if (range.isLeased(index)) {
                // Its entry may have come and gone while it was being settled.
                leases.add(range.deadlineMillis(index), range, index, index + 1);
            }
            look(range, index);
        }
        if (range.ready() > 0) {
            readyRanges.add(range);
        }
    }

    /** Takes over the database's bits of a range about which there was doubt. */
    public void learn(ClaimedRange range, byte[] bits) {
        range.learn(bits);
        if (range.ready() == 0) {
            readyRanges.remove(range);
        }
        if (order != null) {
            order.add(range);
        }
    }

    /** Forgets a range: it is finished, given back, or no longer this broker's. */
    public void forget(ClaimedRange range) {
        readyRanges.remove(range);
        unlink(range);
        if (order != null) {
            order.forget(range);
        }
        range.drop();
        rangeCount--;
    }

    private void unlink(ClaimedRange range) {
        ClaimedRange head = rangesByChunk.get(range.chunkId());
        if (head == range) {
            if (range.nextOfChunk == null) {
                rangesByChunk.remove(range.chunkId());
            } else {
                rangesByChunk.put(range.chunkId(), range.nextOfChunk);
            }
            return;
        }
        for (ClaimedRange at = head; at != null; at = at.nextOfChunk) {
            if (at.nextOfChunk == range) {
                at.nextOfChunk = range.nextOfChunk;
                return;
            }
        }
    }

    /** Records whose lease has run out by {@code nowMillis}; each is marked as being settled. */
    public List<Handing> expireLeases(long nowMillis) {
        if (order != null) {
            order.wake(nowMillis);
        }
        List<Handing> expired = new ArrayList<>();
        for (LeaseClock.Entry entry = leases.poll(nowMillis); entry != null; entry = leases.poll(nowMillis)) {
            ClaimedRange range = entry.range();
            for (int index = entry.from(); index < entry.to() && !range.isDropped(); index++) {
                if (range.isLeased(index) && range.deadlineMillis(index) <= nowMillis) {
                    expired.add(new Handing(null, range, index, range.handing(index)));
                    range.beginSettle(index);
                }
            }
        }
        return expired;
    }

    /**
     * When {@link #expireLeases} should be called next; {@link Long#MAX_VALUE}: not before something is handed out.
     */
    public long nextLeaseMillis() {
        return order == null ? leases.nextMillis() : Math.min(leases.nextMillis(), order.nextMillis());
    }

    /** Looks again at a record whose lease could not be ended, at {@code atMillis}. */
    public void retryLease(ClaimedRange range, int index, long atMillis) {
        if (!range.isDropped() && range.isLeased(index)) {
            range.extend(index, atMillis);
            leases.add(atMillis, range, index, index + 1);
        }
    }

    /** Ready ranges of which nothing is handed out: they can be given back to the database. */
    public List<ClaimedRange> idleRanges() {
        List<ClaimedRange> idle = new ArrayList<>();
        for (ClaimedRange range : readyRanges) {
            if (range.isIdle()) {
                idle.add(range);
            }
        }
        return idle;
    }

    /**
     * Ready records of ranges that are not idle, which can be given back all the same; not the first of a range,
     * whose row is named after it.
     */
    public List<Spare> spares() {
        List<Spare> spares = new ArrayList<>();
        for (ClaimedRange range : readyRanges) {
            int[] indexes = range.isIdle() ? new int[0] : range.readyBehindFirst();
            if (indexes.length > 0) {
                spares.add(new Spare(range, indexes));
            }
        }
        return spares;
    }

    /** @param indexes of the records, rising */
    public record Spare(ClaimedRange range, int[] indexes) {}

    /** Takes spare records out of delivery while they are given back to the database. */
    public void setAside(Spare spare) {
        for (int index : spare.indexes) {
            spare.range.beginSettleReady(index);
        }
        if (spare.range.ready() == 0) {
            readyRanges.remove(spare.range);
        }
    }

    /** Takes an idle range out of delivery while it is given back to the database. */
    public void setAside(ClaimedRange range) {
        readyRanges.remove(range);
    }

    /** The range that starts there; null if it is not here. */
    public ClaimedRange find(long chunkId, int first) {
        ClaimedRange range = rangesByChunk.get(chunkId);
        while (range != null && range.first() != first) {
            range = range.nextOfChunk;
        }
        return range;
    }

    /** Every range. */
    public List<ClaimedRange> ranges() {
        List<ClaimedRange> all = new ArrayList<>(rangeCount);
        for (ClaimedRange head : rangesByChunk.values()) {
            for (ClaimedRange range = head; range != null; range = range.nextOfChunk) {
                all.add(range);
            }
        }
        return all;
    }

    /** How many messages the consumers would take, beyond the ready ones in memory; negative if those are more. */
    public long unmetCredit() {
        return unmet(ConsumerState::appetite);
    }

    /**
     * As {@link #unmetCredit}, with the credit of consumers that have only just become unable to take anything: what
     * is published meanwhile would otherwise have to be fetched from the database a moment later.
     */
    public long unmetProspect(long nowMillis) {
        return unmet(consumer -> consumer.prospect(nowMillis));
    }

    private long unmet(ToIntFunction<ConsumerState> wish) {
        long unmet = 0;
        for (ConsumerState consumer : consumers) {
            unmet += wish.applyAsInt(consumer);
        }
        return unmet - availableCount();
    }

    /** Records in memory that wait for credit. */
    public long readyCount() {
        long ready = 0;
        for (ClaimedRange range : readyRanges) {
            ready += range.ready();
        }
        return ready;
    }

    /** Those of the ready records that wait for credit alone, not for others of their key; about. */
    public long availableCount() {
        return order == null ? readyCount() : order.runnable();
    }

    /** Records that are handed out, or being settled since. */
    public int heldCount() {
        int held = 0;
        for (ClaimedRange range : ranges()) {
            held += range.held();
        }
        return held;
    }

    /**
     * Records of an ordered queue that failed and wait for their time, about; ready ones as {@link #readyCount} has
     * it.
     */
    public long waitingCount() {
        return order == null ? 0 : order.waiting();
    }

    public int consumerCount() {
        return consumers.size();
    }

    public boolean isEmpty() {
        return rangeCount == 0 && consumers.isEmpty();
    }
}
