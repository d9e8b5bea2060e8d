package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.delivery.KeyOrder;
import dev.postrider.broker.dispatch.Activity.DeliveryKey;
import dev.postrider.broker.queue.Ordering;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.FairPlace;
import dev.postrider.broker.store.NewDelivery;
import dev.postrider.broker.store.PartitionStore.Share;
import dev.postrider.broker.store.Standing;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which partitions of one ordered queue this broker serves: it takes its fair share while it has consumers, gives up
 * what is too much once nothing of it is handed out, and claims from no others. Runs on the broker's event loop.
 */
final class Partitions {
    /** Changing it would move keys of stored messages to other partitions. */
    private static final int COUNT = 16;
    /** So many records lie in memory at most, so that those of other keys are found behind many of one (guessed). */
    private static final long AHEAD_MAX = 20_000;
    /** With less room a claim is not worth its while. */
    private static final long ROOM_MIN = 500;

    private static final long LOOK_MILLIS = 1_000;
    private static final long SOON_MILLIS = 100;
    private static final long LOADING_MILLIS = 10;
    /** A statement whose answer was lost is carried out within so long, or never: its connection is gone by then. */
    private static final long DOUBT_MILLIS = 15_000;

    /** Whoever receives by polling comes again in a moment. */
    private static final long GRACE_MILLIS = 200;

    private static final long GRACE_ALONE_MILLIS = 5_000;

    private final Engine engine;
    private final QueueDispatcher queue;
    private final Claims claims;
    private final Ordering ordering;
    private final KeyOrder order = new KeyOrder(this::keyOf);

    private final Set<Integer> open = new TreeSet<>();
    /** To be given up: nothing more of them is handed out. */
    private final Set<Integer> closing = new TreeSet<>();

    private final Set<DeliveryKey> addedMeanwhile = new HashSet<>();
    /** On their way to the database, to be taken in when they are stored. */
    private final Set<DeliveryKey> expected = new HashSet<>();

    private int fair;
    private long term;
    private boolean running;
    private boolean asking;
    private boolean shared;
    /** The database may say that this broker serves more than it knows of. */
    private boolean unsure;
    /** Until then partitions may still become this broker's, which it does not hear of. */
    private long doubtedUntilMillis = Long.MIN_VALUE;
    /** The answer to a claim was lost: nothing is claimed behind what it may have taken. */
    private boolean claimLost;

    private long askedMillis = Long.MIN_VALUE / 2;
    private long wantedMillis = Long.MIN_VALUE / 2;
    private int unkeyed;
    /** To the database, what this broker owns. */
    private int questions;

    Partitions(Engine engine, QueueDispatcher queue, Claims claims, Ordering ordering) {
        this.engine = engine;
        this.queue = queue;
        this.claims = claims;
        this.ordering = ordering;
    }

    KeyOrder order() {
        return order;
    }

    /** How many the queue has. */
    int count() {
        return ordering == Ordering.STRICT ? 1 : COUNT;
    }

    /** Where a record with that key belongs; null: it has none. */
    int partOf(String key) {
        if (ordering == Ordering.STRICT) {
            return 0;
        }
        if (key == null) {
            return Math.floorMod(unkeyed++, COUNT);
        }
        int hash = key.hashCode() * 0x9E3779B9;
        return hash >>> 28;
    }

    private String keyOf(ClaimedRange range, int index) {
        return ordering == Ordering.STRICT ? "" : range.records().key(index);
    }

    /** True if a record with that key, null: without one, keeps the others of its key waiting when it fails. */
    boolean holds(String key) {
        return ordering == Ordering.STRICT || key != null;
    }

    /** Where a range stands in memory; {@code standing} null: it was stored before the queue was ordered. */
    ClaimedRange.Place placeOf(Standing standing, long chunkId) {
        if (standing == null || FairPlace.isFair(standing.part())) {
            return new ClaimedRange.Place(0, chunkId, ClaimedRange.Place.AT_ONCE);
        }
        long wait = standing.readyAtMillis() - engine.clock().nowMillis();
        // What is ready later lies in the database until then, unless it holds its key.
        boolean waits = standing.place() < 0 && wait > 0;
        return new ClaimedRange.Place(
                standing.part(),
                standing.place(),
                waits ? engine.loop().monotonicMillis() + wait : ClaimedRange.Place.AT_ONCE);
    }

    /** How many records to claim for that much credit; 0: nothing now. */
    long wanted(long unmet) {
        long room = AHEAD_MAX - order.members();
        boolean may = questions == 0
                && !claimLost
                && !open.isEmpty()
                && room >= ROOM_MIN
                && claims.loading().isEmpty();
        // What lies here waits for other records of its key, so it takes ever more to find other keys.
        return may ? Math.min(room, Math.max(unmet, order.members())) : 0;
    }

    /** True if this broker is not about to have anything to hand out. */
    boolean isCaughtUp() {
        return shared && !claimLost && wanted(1) == 0;
    }

    Future<List<ClaimedDelivery>> claim(long owner, int wanted) {
        return engine.store().claimInOrder(queue.definition().id(), owner, term, List.copyOf(open), wanted);
    }

    /** Whether the last claim took something is not known. */
    void claimFailed() {
        claimLost = true;
        term = engine.session().nextChunkId();
    }

    /** A range has come into memory. */
    void added(ClaimedRange range) {
        if (questions > 0) {
            addedMeanwhile.add(new DeliveryKey(range.queueId(), range.chunkId(), range.first()));
        }
    }

    /** The delivery is about to be stored, and to come into memory then. */
    void expect(long chunkId, NewDelivery delivery) {
        expected.add(new DeliveryKey(delivery.queueId(), chunkId, delivery.first()));
    }

    void stopExpecting(long chunkId, NewDelivery delivery) {
        expected.remove(new DeliveryKey(delivery.queueId(), chunkId, delivery.first()));
    }

    /** Something may have changed: consumers, or who has what. */
    void look() {
        boolean wants = wants();
        if (!running && (wants || !isQuiet())) {
            running = true;
            tick();
        } else if (wants && open.size() < Math.max(1, fair) && closing.isEmpty() && sinceAsked() >= SOON_MILLIS) {
            ask();
        }
    }

    private boolean wants() {
        long now = engine.loop().monotonicMillis();
        if (queue.consumerCount() > 0) {
            wantedMillis = now;
        }
        boolean alone = engine.session().peers().isEmpty();
        return queue.consumerCount() > 0 || now - wantedMillis < (alone ? GRACE_ALONE_MILLIS : GRACE_MILLIS);
    }

    private long sinceAsked() {
        return engine.loop().monotonicMillis() - askedMillis;
    }

    private void tick() {
        if (queue.isClosed() || !wants() && isQuiet()) {
            running = false;
            shared = false;
            return;
        }
        giveUpClosing();
        boolean leaves = !wants() && !(open.isEmpty() && closing.isEmpty());
        boolean urgent = claimLost || unsure || leaves || !shared;
        if (urgent || sinceAsked() >= LOOK_MILLIS) {
            ask();
        }
        engine.loop().timer(urgent || !closing.isEmpty() ? SOON_MILLIS : LOOK_MILLIS, this::tick);
    }

    /** True if it serves nothing, as far as anybody knows, and nothing is on its way. */
    boolean isQuiet() {
        boolean certain = !asking && !unsure && engine.loop().monotonicMillis() >= doubtedUntilMillis;
        return open.isEmpty() && closing.isEmpty() && certain;
    }

    private void ask() {
        long owner = engine.session().brokerId();
        if (asking || owner == 0 || !engine.session().isTrusted()) {
            return;
        }
        if (term == 0) {
            term = engine.session().nextChunkId();
        }
        asking = true;
        askedMillis = engine.loop().monotonicMillis();
        long askedTerm = term;
        int queueId = queue.definition().id();
        boolean wants = wants();
        engine.activity().begin();
        engine.loop()
                .attempt(() -> engine.store().share(queueId, owner, askedTerm, count(), wants))
                .onComplete(done -> {
                    engine.activity().end(done.succeeded());
                    asking = false;
                    if (done.failed()) {
                        unsure = true;
                        doubtedUntilMillis = engine.loop().monotonicMillis() + DOUBT_MILLIS;
                    } else if (owner == engine.session().brokerId() && askedTerm == term && !queue.isClosed()) {
                        take(done.result());
                    }
                });
    }

    private void take(Share share) {
        unsure = false;
        fair = share.fair();
        forgetLost(share.numbers());
        boolean gained = false;
        for (int part : share.numbers()) {
            if (!closing.contains(part) && open.add(part)) {
                queue.core().open(part);
                gained = true;
            }
        }
        closeSurplus();
        giveUpClosing();
        if (claimLost) {
            findLost();
        }
        if (gained || !shared) {
            shared = true;
            queue.wake();
        }
    }

    private void forgetLost(List<Integer> served) {
        Set<Integer> lost = new HashSet<>(open);
        lost.addAll(closing);
        served.forEach(lost::remove);
        for (int part : lost) {
            stop(part);
        }
        for (ClaimedRange range :
                lost.isEmpty() ? List.<ClaimedRange>of() : queue.core().ranges()) {
            if (lost.contains(range.place().part())) {
                queue.forget(range);
            }
        }
    }

    private void stop(int part) {
        order.close(part);
        open.remove(part);
        closing.remove(part);
    }

    /** Of those with the fewest records under way, so many as are too much. */
    private void closeSurplus() {
        int surplus = open.size() - fair;
        if (surplus <= 0) {
            return;
        }
        Map<Integer, Integer> underWay = new HashMap<>();
        for (ClaimedRange range : queue.core().ranges()) {
            underWay.merge(range.place().part(), range.unsettled() - range.ready(), Integer::sum);
        }
        List<Integer> chosen = open.stream()
                .sorted(Comparator.comparingInt(part -> underWay.getOrDefault(part, 0)))
                .limit(surplus)
                .toList();
        for (int part : chosen) {
            order.close(part);
            open.remove(part);
            closing.add(part);
        }
    }

    /**
     * Gives back what lies here of partitions that are closing, and then these, once nothing of them is under way.
     */
    private void giveUpClosing() {
        boolean uncertain = asking || unsure || claimLost || questions > 0;
        if (closing.isEmpty()
                || uncertain
                || !claims.isQuiet()
                || !claims.loading().isEmpty()) {
            return;
        }
        for (ClaimedRange range : queue.core().idleRanges()) {
            if (closing.contains(range.place().part())) {
                queue.release(range);
            }
        }
        Set<Integer> empty = new TreeSet<>(closing);
        queue.core().ranges().forEach(range -> empty.remove(range.place().part()));
        if (!empty.isEmpty()) {
            giveUp(List.copyOf(empty));
        }
    }

    /**
     * Gives back all of which nothing is handed out, and with it all partitions, or a record would be handed out
     * before one of its key that was given back; completes when that is committed, or failed.
     */
    Future<Void> giveBack() {
        open.forEach(order::close);
        closing.addAll(open);
        open.clear();
        List<Future<Void>> releases = new ArrayList<>();
        queue.core().idleRanges().forEach(range -> releases.add(queue.release(range)));
        return Future.join(releases).mapEmpty();
    }

    private void giveUp(List<Integer> parts) {
        long owner = engine.session().brokerId();
        int queueId = queue.definition().id();
        asking = true;
        engine.activity().begin();
        engine.loop()
                .attempt(() -> engine.store().giveUp(queueId, owner, parts))
                .onComplete(done -> {
                    engine.activity().end(done.succeeded());
                    asking = false;
                    if (done.failed()) {
                        unsure = true;
                        doubtedUntilMillis = engine.loop().monotonicMillis() + DOUBT_MILLIS;
                    } else if (owner == engine.session().brokerId()) {
                        given(parts, done.result());
                    }
                });
    }

    private void given(List<Integer> parts, List<Integer> given) {
        given.forEach(this::stop);
        if (given.size() < parts.size() && !claimLost) {
            // The database holds something of it for this broker that is not here.
            claimFailed();
        }
        if (!given.isEmpty() && !engine.session().peers().isEmpty()) {
            engine.signals().work(List.of(queue.definition().id()));
        }
    }

    /** No claim of an earlier term can land any more: what the lost one took is what is not known here. */
    private void findLost() {
        long findingTerm = term;
        takeInOwned().onSuccess(owned -> {
            if (findingTerm == term) {
                claimLost = false;
                queue.wake();
            }
        });
    }

    /**
     * Asks the database what this broker owns, and takes in what is of this queue and not here; completes when that
     * is in memory, so that nothing is handed out before what it has to wait for.
     */
    Future<List<ClaimedDelivery>> takeInOwned() {
        Promise<List<ClaimedDelivery>> done = Promise.promise();
        questions++;
        askOwned(done);
        return done.future().onComplete(any -> {
            questions--;
            queue.pump();
        });
    }

    /** While a claim is on its way, what it takes is not here either; no further one begins before the answer. */
    private void askOwned(Promise<List<ClaimedDelivery>> done) {
        if (!claims.isQuiet()) {
            engine.loop().timer(LOADING_MILLIS, () -> askOwned(done));
            return;
        }
        long owner = engine.session().brokerId();
        Set<DeliveryKey> known = known();
        if (questions == 1) {
            addedMeanwhile.clear();
        }
        engine.loop().attempt(() -> engine.store().owned(owner)).onComplete(answer -> {
            if (answer.failed()) {
                done.fail(answer.cause());
                return;
            }
            if (owner == engine.session().brokerId() && !queue.isClosed()) {
                known.addAll(known());
                known.addAll(addedMeanwhile);
                List<ClaimedDelivery> unknown = answer.result().stream()
                        .filter(delivery ->
                                delivery.queueId() == queue.definition().id())
                        .filter(delivery -> !known.contains(keyOf(delivery)))
                        .toList();
                if (!unknown.isEmpty()) {
                    claims.adopt(unknown);
                }
            }
            completeOnceLoaded(done, answer.result());
        });
    }

    private void completeOnceLoaded(Promise<List<ClaimedDelivery>> loaded, List<ClaimedDelivery> owned) {
        if (claims.loading().isEmpty()) {
            loaded.complete(owned);
        } else {
            engine.loop().timer(LOADING_MILLIS, () -> completeOnceLoaded(loaded, owned));
        }
    }

    private Set<DeliveryKey> known() {
        Set<DeliveryKey> known = new HashSet<>();
        for (ClaimedRange range : queue.core().ranges()) {
            known.add(new DeliveryKey(range.queueId(), range.chunkId(), range.first()));
        }
        claims.loading().forEach(delivery -> known.add(keyOf(delivery)));
        known.addAll(expected);
        return known;
    }

    private static DeliveryKey keyOf(ClaimedDelivery delivery) {
        return new DeliveryKey(delivery.queueId(), delivery.chunkId(), delivery.first());
    }

    /** Serves nothing any more: the broker is another now. */
    void reset() {
        Set<Integer> all = new HashSet<>(open);
        all.addAll(closing);
        all.forEach(this::stop);
        fair = 0;
        claimLost = false;
        unsure = false;
        shared = false;
        term = 0;
    }
}
