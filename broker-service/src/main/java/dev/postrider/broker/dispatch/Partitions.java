package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.delivery.KeyOrder;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.PartitionStore.Share;
import dev.postrider.broker.store.Standing;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Which partitions of one queue this broker serves: it takes its fair share while it has consumers, gives up
 * what is too much once nothing of it is handed out, and claims from no others. Runs on the broker's event loop.
 */
final class Partitions {
    /** So many records lie in memory at most, so that those of other keys are found behind many of one (guessed). */
    private static final long AHEAD_MAX = 20_000;
    /** With less room a claim is not worth its while. */
    private static final long ROOM_MIN = 500;

    private static final long LOOK_MILLIS = 1_000;
    private static final long SOON_MILLIS = 100;
    /** A statement whose answer was lost is carried out within so long, or never: its connection is gone by then. */
    private static final long DOUBT_MILLIS = 15_000;

    /** Whoever receives by polling comes again in a moment. */
    private static final long GRACE_MILLIS = 200;

    private static final long GRACE_ALONE_MILLIS = 5_000;

    private final Engine engine;
    private final QueueDispatcher queue;
    private final Claims claims;
    private final Partitioning rules;
    private final KeyOrder order;
    private final Inventory inventory;
    private final Refiling refiling;

    private final Set<Integer> open = new TreeSet<>();
    /** To be given up: nothing more of them is handed out. */
    private final Set<Integer> closing = new TreeSet<>();

    private int fair;
    private long term;
    private boolean running;
    private boolean asking;
    private boolean lookingAfterStrays;
    private boolean shared;
    /** The database may say that this broker serves more than it knows of. */
    private boolean unsure;
    /** Until then partitions may still become this broker's, which it does not hear of. */
    private long doubtedUntilMillis = Long.MIN_VALUE;
    /** The answer to a claim was lost: nothing is claimed behind what it may have taken. */
    private boolean claimLost;

    private long askedMillis = Long.MIN_VALUE / 2;
    private long wantedMillis = Long.MIN_VALUE / 2;

    /** @param changed true: the queue has become what it is just now */
    Partitions(Engine engine, QueueDispatcher queue, Claims claims, boolean changed) {
        QueueSettings settings = queue.definition().settings();
        this.engine = engine;
        this.queue = queue;
        this.claims = claims;
        this.rules = new Partitioning(settings);
        this.order = new KeyOrder(rules::keyOf);
        this.inventory = new Inventory(engine, queue, claims);
        this.refiling = new Refiling(engine, queue, claims, rules, changed);
        order.bound(Partitioning.underWayMax(settings));
        // It may serve partitions from before, which it has to give up if it does not want them.
        this.unsure = changed;
    }

    KeyOrder order() {
        return order;
    }

    /** Which records belong to which. */
    Partitioning rules() {
        return rules;
    }

    /** So many records of a key may be under way from now on. */
    void bound(int underWayMax) {
        order.bound(underWayMax);
    }

    /** Where a range stands in memory. */
    ClaimedRange.Place placeOf(Standing standing) {
        long wait = standing.readyAtMillis() - engine.clock().nowMillis();
        // What is ready later lies in the database until then, unless it holds its key.
        boolean waits = rules.isOrdered() && standing.place() < 0 && wait > 0;
        return new ClaimedRange.Place(
                standing.part(),
                standing.place(),
                waits ? engine.loop().monotonicMillis() + wait : ClaimedRange.Place.AT_ONCE);
    }

    /** How many records to claim for that much credit; 0: nothing now. */
    long wanted(long unmet) {
        long room = AHEAD_MAX - order.members();
        boolean may = !inventory.isUnderWay()
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

    /** What lies in no partition. */
    Refiling refiling() {
        return refiling;
    }

    /** What of the queue this broker owns. */
    Inventory inventory() {
        return inventory;
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
        if (isRetired() || !wants() && isQuiet()) {
            running = false;
            shared = false;
            return;
        }
        giveUpClosing();
        refiling.look();
        boolean leaves = !wants() && !(open.isEmpty() && closing.isEmpty());
        boolean urgent = claimLost || unsure || leaves || !shared;
        if (urgent || sinceAsked() >= LOOK_MILLIS) {
            ask();
        }
        engine.loop().timer(urgent || !closing.isEmpty() ? SOON_MILLIS : LOOK_MILLIS, this::tick);
    }

    /** True if it serves nothing, as far as anybody knows, and nothing is on its way. */
    boolean isQuiet() {
        // What was carried out late is seen only by whoever asks after it.
        boolean certain = !asking && !unsure && askedMillis >= doubtedUntilMillis;
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
                .attempt(() -> engine.store().share(queueId, owner, askedTerm, rules.count(), wants))
                .onComplete(done -> {
                    engine.activity().end(done.succeeded());
                    asking = false;
                    if (done.failed()) {
                        unsure = true;
                        doubtedUntilMillis = engine.loop().monotonicMillis() + DOUBT_MILLIS;
                    } else if (owner == engine.session().brokerId() && askedTerm == term && !isRetired()) {
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
        boolean uncertain = asking || unsure || claimLost || inventory.isUnderWay();
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
     * Gives back what is here of partitions that this broker does not serve. It was claimed because it has expired by
     * the database's clock, and has not yet by this one's; or before this broker knew that the queue has partitions.
     */
    void lookAfterStrays() {
        if (lookingAfterStrays || queue.core().ranges().stream().noneMatch(this::isStray)) {
            return;
        }
        lookingAfterStrays = true;
        engine.loop().timer(LOOK_MILLIS, () -> {
            lookingAfterStrays = false;
            if (!isRetired()) {
                queue.endExpired();
                queue.core().idleRanges().stream().filter(this::isStray).forEach(queue::release);
            }
        });
    }

    /** The queue is gone, or is arranged otherwise by now. */
    private boolean isRetired() {
        return queue.isClosed() || queue.partitions() != this;
    }

    /** The queue has no partitions any more; should it have some again, nobody waits for this broker. */
    void retire() {
        giveUp(IntStream.range(0, rules.count()).boxed().toList());
    }

    private boolean isStray(ClaimedRange range) {
        return !open.contains(range.place().part())
                && !closing.contains(range.place().part());
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
        if (isRetired()) {
            return;
        }
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
        inventory.takeIn().onSuccess(owned -> {
            if (findingTerm == term) {
                claimLost = false;
                queue.wake();
            }
        });
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
