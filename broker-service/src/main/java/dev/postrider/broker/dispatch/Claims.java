package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.queue.Precedence;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.protocol.TextDuration;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordFormatException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Fetches deliveries for one queue: asks for the unmet credit and for what its consumers settle in a moment, asks
 * again at once while full answers come, and is caught up after an empty one, until it is woken. Runs on the broker's
 * event loop.
 */
final class Claims {
    private static final Logger LOG = Logger.getLogger(Claims.class);
    /** One claim moves at most so many records: more would only lie in memory. */
    private static final int CLAIM_MAX = 20_000;

    /**
     * A claim is good for so long at the pace of late, so that quick consumers with little credit do not cost one for
     * every few messages. What slow ones will take is left to other brokers.
     */
    private static final long AHEAD_MILLIS = 100;

    /** Of the many that one claim may take. */
    private static final int FEW_ROWS = 100;

    private static final long RETRY_MILLIS = 250;
    private static final long ROOM_MILLIS = 50;

    private final Engine engine;
    private final QueueDispatcher queue;
    private boolean mayHaveWork = true;
    private boolean underWay;
    private final Awaited quiet = new Awaited(this::isQuiet);
    private boolean waitingForRoom;
    private long wakes;
    private long wakesByOthers;
    /** True if the last claim left nothing, so that what waits since was stored by this broker. */
    private boolean tookAll;
    /** Ready records that this broker stored for anybody, since the last claim was asked and before it. */
    private long storedSince;

    private long storedBefore;
    private final SettleRate settled;
    private final List<Load> loads = new ArrayList<>();

    /**
     * Deliveries on their way into memory.
     *
     * @param owner the broker's id when they became its own
     * @param claimed false: they did not come from the claim under way
     */
    private record Load(List<ClaimedDelivery> deliveries, long owner, boolean claimed) {}

    Claims(Engine engine, QueueDispatcher queue) {
        this.engine = engine;
        this.queue = queue;
        this.settled = new SettleRate(engine.loop().monotonicMillis());
    }

    /** Something may be ready, nobody knows how much. */
    void wake() {
        mayHaveWork = true;
        wakes++;
        wakesByOthers++;
        tookAll = false;
    }

    /** This broker has stored so many records that are ready for anybody. */
    void stored(long records) {
        mayHaveWork = true;
        wakes++;
        storedSince += records;
        tellOthers();
    }

    /** This broker has given something back that is ready for anybody. */
    void gaveBack() {
        wake();
        tellOthers();
    }

    private void tellOthers() {
        if (!engine.session().peers().isEmpty()) {
            engine.signals().work(List.of(queue.definition().id()));
        }
    }

    /**
     * How many records are ready in the database, of which it is known that no more are; negative: not known. Credit
     * for more than those may be promised to what is published: were all of it left to claims, then what comes while
     * one is under way would have to be claimed too, and a queue that once fell behind would never be caught up again.
     */
    long waiting() {
        if (isCaughtUp()) {
            return 0;
        }
        return tookAll ? storedSince + storedBefore : -1;
    }

    /** So many records were settled here. */
    void settled(int records) {
        settled.settled(records, engine.loop().monotonicMillis());
    }

    /** How many records are likely to be settled in a moment, and others wanted in their place. */
    long soon() {
        return settled.in(AHEAD_MILLIS, engine.loop().monotonicMillis());
    }

    /** True if nothing was ready at the last look, and nothing has happened since. */
    boolean isCaughtUp() {
        return !mayHaveWork && !underWay;
    }

    boolean isQuiet() {
        return !underWay;
    }

    /** Completes on the event loop when no claim is under way. */
    Future<Void> whenQuiet() {
        Promise<Void> done = Promise.promise();
        quiet.then(done::complete);
        return done.future();
    }

    /** Claims what is wanted, unless a claim is under way or there is nothing to be had. */
    void claim() {
        long unmet = queue.unmetCredit();
        if (underWay || !mayHaveWork || unmet <= 0) {
            return;
        }
        Partitions partitions = queue.partitions();
        long wanted = Math.min(CLAIM_MAX, unmet + soon());
        if (partitions != null) {
            wanted = Math.min(CLAIM_MAX, partitions.wanted(wanted));
        }
        wanted = queue.throttle().claimable(wanted);
        if (wanted <= 0) {
            return;
        }
        if (engine.held().isFull()) {
            lookAgainWhenThereIsRoom();
            return;
        }
        claim(partitions, (int) wanted);
    }

    private void claim(Partitions partitions, int wanted) {
        underWay = true;
        engine.activity().begin();
        long wakesBefore = wakes;
        long wakesByOthersBefore = wakesByOthers;
        storedBefore += storedSince;
        storedSince = 0;
        long owner = engine.session().brokerId();
        long askedNanos = engine.loop().monotonicNanos();
        engine.loop().attempt(() -> claim(partitions, owner, wanted)).onComplete(done -> {
            engine.activity().end(done.succeeded());
            if (done.failed()) {
                LOG.debugf(
                        done.cause(),
                        "Queue %s could not be claimed from",
                        queue.definition().name());
                if (partitions != null && owner == engine.session().brokerId()) {
                    partitions.claimFailed();
                }
                retryLater();
            } else {
                engine.listener().claimed(done.result().size(), engine.loop().monotonicNanos() - askedNanos);
                // A claim is bounded by rows and bytes too, so only an empty one says that nothing is there.
                mayHaveWork = !done.result().isEmpty() || wakes != wakesBefore;
                storedBefore = 0;
                tookAll = isFarFromBounds(done.result(), wanted) && wakesByOthers == wakesByOthersBefore;
                load(new Load(done.result(), owner, true));
            }
        });
    }

    /** True if the claim ended because nothing more was ready; about, since bytes are not known yet. */
    private static boolean isFarFromBounds(List<ClaimedDelivery> claimed, int wanted) {
        return claimed.size() <= FEW_ROWS
                && claimed.stream().mapToLong(ClaimedDelivery::count).sum() < wanted;
    }

    private Future<List<ClaimedDelivery>> claim(Partitions partitions, long owner, int wanted) {
        if (partitions != null) {
            return partitions.claim(owner, wanted);
        }
        int queueId = queue.definition().id();
        Precedence precedence = queue.definition().settings().precedence();
        if (precedence.fairness() != null) {
            return engine.store().claimFair(queueId, owner, wanted);
        }
        TextDuration ageing = precedence.priorityAgeing();
        return ageing == null
                ? engine.store().claim(queueId, owner, wanted)
                : engine.store().claimAged(queueId, owner, wanted, ageing.millis());
    }

    /** Takes in deliveries that are owned already, all at once. */
    void adopt(List<ClaimedDelivery> deliveries) {
        load(new Load(deliveries, engine.session().brokerId(), false));
    }

    private void lookAgainWhenThereIsRoom() {
        if (!waitingForRoom) {
            waitingForRoom = true;
            engine.loop().timer(ROOM_MILLIS, () -> {
                waitingForRoom = false;
                queue.pump();
            });
        }
    }

    private void retryLater() {
        engine.loop().timer(RETRY_MILLIS, () -> {
            underWay = false;
            quiet.look();
            queue.wake();
        });
    }

    /** What is owned and being read: not in memory yet, but no secret. */
    List<ClaimedDelivery> loading() {
        return loads.stream()
                .filter(load -> load.owner() == engine.session().brokerId())
                .flatMap(load -> load.deliveries().stream())
                .toList();
    }

    private void load(Load load) {
        loads.add(load);
        read(load);
    }

    private void read(Load load) {
        // Held from here on: what lies in the cache now may be pushed out of it before the rest has been read.
        Map<Long, RecordBatchReader> chunks = new HashMap<>();
        Set<Long> missing = new LinkedHashSet<>();
        for (ClaimedDelivery delivery : load.deliveries()) {
            RecordBatchReader cached = engine.cache().get(delivery.chunkId());
            if (cached == null) {
                missing.add(delivery.chunkId());
            } else {
                chunks.put(delivery.chunkId(), cached);
            }
        }
        if (missing.isEmpty()) {
            takeIn(load, chunks);
            return;
        }
        engine.loop().attempt(() -> engine.store().readChunks(missing)).onComplete(done -> {
            if (done.succeeded()) {
                done.result().forEach((id, bytes) -> parse(id, bytes, chunks));
                takeIn(load, chunks);
            } else {
                // The deliveries are ours by now, so there is no way but to read them.
                engine.loop().timer(RETRY_MILLIS, () -> read(load));
            }
        });
    }

    private void parse(long id, byte[] bytes, Map<Long, RecordBatchReader> chunks) {
        RecordBatchReader cached = engine.cache().get(id);
        if (cached != null) {
            // Another queue shares the chunk and was quicker.
            chunks.put(id, cached);
            return;
        }
        try {
            RecordBatchReader records = RecordBatchReader.of(bytes);
            engine.cache().put(id, records);
            chunks.put(id, records);
        } catch (RecordFormatException e) {
            LOG.errorf(
                    e,
                    "Chunk %d of queue %s cannot be read",
                    id,
                    queue.definition().name());
        }
    }

    private void takeIn(Load load, Map<Long, RecordBatchReader> chunks) {
        loads.remove(load);
        underWay &= !load.claimed();
        if (load.owner() == engine.session().brokerId()) {
            load.deliveries().forEach(delivery -> takeIn(delivery, chunks.get(delivery.chunkId())));
            if (!load.claimed()) {
                queue.endExpired();
            }
        }
        quiet.look();
        queue.pump();
    }

    /** {@code records} null: they could not be read. */
    private void takeIn(ClaimedDelivery delivery, RecordBatchReader records) {
        if (records == null) {
            LOG.errorf(
                    "Chunk %d of queue %s is missing",
                    delivery.chunkId(), queue.definition().name());
            return;
        }
        ClaimedRange range = new ClaimedRange(
                delivery.queueId(),
                delivery.chunkId(),
                delivery.first(),
                records,
                delivery.count(),
                delivery.priority(),
                new ClaimedRange.Progress(delivery.attempts(), delivery.settled()));
        Partitions partitions = queue.partitions();
        if (partitions == null) {
            queue.add(range.at(StoredRecords.placeOf(delivery.standing())));
        } else if (partitions.refiling().isMisplaced(delivery.standing())) {
            partitions.refiling().refile(range);
        } else {
            queue.add(range.at(partitions.placeOf(delivery.standing())));
        }
    }
}
