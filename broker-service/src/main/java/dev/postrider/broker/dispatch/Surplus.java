package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.delivery.QueueCore;
import dev.postrider.broker.dispatch.SettleGroup.Gives;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives records back to the database that lie in memory and that no consumer of one queue takes: other brokers have
 * consumers, too. Runs on the broker's event loop.
 */
final class Surplus {
    /** How long records may lie here that nobody wants: long enough for the next request of the same client. */
    private static final long LIES_MILLIS = 100;

    private final Engine engine;
    private final QueueDispatcher queue;
    private final QueueCore core;
    /** What is on its way back. */
    private final Set<Future<Void>> underWay = new HashSet<>();

    private boolean looking;
    private long handedMillis;

    Surplus(Engine engine, QueueDispatcher queue) {
        this.engine = engine;
        this.queue = queue;
        this.core = queue.core();
        this.handedMillis = engine.loop().monotonicMillis();
    }

    /** Some records were handed out just now. */
    void handedOut() {
        handedMillis = engine.loop().monotonicMillis();
    }

    /** Looks again in a moment whether somebody wants what lies here. */
    void look() {
        if (!looking && isUnwanted() && hasSpare()) {
            looking = true;
            engine.loop().timer(LIES_MILLIS, () -> {
                looking = false;
                if (!queue.isClosed()) {
                    giveBackUnlessTouched();
                }
            });
        }
    }

    private void giveBackUnlessTouched() {
        // Quick consumers with little credit have none to spare at most moments, and take all the same.
        boolean touched = engine.loop().monotonicMillis() - handedMillis < LIES_MILLIS;
        if (touched || !isUnwanted()) {
            look();
            return;
        }
        core.idleRanges().forEach(this::release);
        core.spares().forEach(this::shed);
    }

    private boolean hasSpare() {
        return !core.idleRanges().isEmpty() || !core.spares().isEmpty();
    }

    /** True if records lie here and no consumer takes any. */
    private boolean isUnwanted() {
        long unmet = core.unmetCredit();
        return unmet < 0 && unmet == -core.readyCount();
    }

    /**
     * Gives back all ranges of which nothing is handed out; completes when that is committed, or failed, and what was
     * on its way back before, too.
     */
    Future<Void> giveBack() {
        core.idleRanges().forEach(this::release);
        return Future.join(List.copyOf(underWay)).mapEmpty();
    }

    /** Drops all that is ready; completes with how many records went, when that is committed. */
    Future<Long> drop() {
        Map<ClaimedRange, List<Integer>> ready = new LinkedHashMap<>();
        core.sift((range, index) -> {
            ready.computeIfAbsent(range, absent -> new ArrayList<>()).add(index);
            return false;
        });
        List<Future<Long>> dropped = new ArrayList<>();
        ready.forEach((range, indexes) -> {
            Promise<Long> done = Promise.promise();
            int[] rising = indexes.stream().mapToInt(Integer::intValue).sorted().toArray();
            commit(range, rising, Gives.NOTHING, new SettleOutcomes.Dropped(queue, done));
            dropped.add(done.future());
        });
        return Future.join(dropped)
                .map(v -> dropped.stream().mapToLong(Future::result).sum());
    }

    /** Gives back a range of which nothing is handed out; completes when that is committed, or failed. */
    Future<Void> release(ClaimedRange range) {
        Promise<Void> done = Promise.promise();
        core.setAside(range);
        commit(range, new int[0], Gives.RANGE, new SettleOutcomes.Own(queue, done));
        return followed(done.future());
    }

    /** What is handed out of the range may take long: the rest need not wait for it here. */
    private void shed(QueueCore.Spare spare) {
        core.setAside(spare);
        Promise<Void> done = Promise.promise();
        SettleGroup.Outcome tidying = new SettleOutcomes.Tidying(queue);
        commit(spare.range(), spare.indexes(), Gives.RECORDS, new SettleOutcomes.Followed(tidying, done));
        followed(done.future());
    }

    private Future<Void> followed(Future<Void> release) {
        underWay.add(release);
        return release.onComplete(done -> underWay.remove(release));
    }

    private void commit(ClaimedRange range, int[] indexes, Gives gives, SettleGroup.Outcome outcome) {
        engine.commits().settle(new SettleGroup(queue, range, indexes, List.of(), null, gives, outcome));
    }
}
