package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.Standing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Looks after what was published while a queue became partitioned, through a broker that did not know it yet: it
 * lies in no partition that the queue has, so that nobody claims from it. Its records are appended anew, where they
 * belong, as if they had been published just now. Runs on the broker's event loop.
 */
final class Refiling {
    /** Until then every broker knows of a change, and what was on its way to the database is there or never comes. */
    private static final long FRESH_MILLIS = 16_000;

    private static final long SOON_MILLIS = 1_000;
    /** A broker may have ended before it knew. */
    private static final long SELDOM_MILLIS = 30_000;

    private static final long RETRY_MILLIS = 1_000;

    private final Engine engine;
    private final QueueDispatcher queue;
    private final Claims claims;
    private final Partitioning rules;
    private final long freshUntilMillis;
    private long nextMillis;
    private boolean asking;

    /** @param changed true: the queue has become partitioned just now */
    Refiling(Engine engine, QueueDispatcher queue, Claims claims, Partitioning rules, boolean changed) {
        long now = engine.loop().monotonicMillis();
        this.engine = engine;
        this.queue = queue;
        this.claims = claims;
        this.rules = rules;
        this.freshUntilMillis = changed ? now + FRESH_MILLIS : now;
        this.nextMillis = now;
    }

    /** Claims what lies in no partition, now and then; call often. */
    void look() {
        long now = engine.loop().monotonicMillis();
        boolean fresh = now < freshUntilMillis;
        boolean idle = queue.isHungry() && claims.isCaughtUp();
        long owner = engine.session().brokerId();
        if (asking
                || now < nextMillis
                || !fresh && !idle
                || owner == 0
                || !engine.session().isTrusted()) {
            return;
        }
        nextMillis = now + (fresh ? SOON_MILLIS : SELDOM_MILLIS);
        asking = true;
        engine.activity().begin();
        engine.loop()
                .attempt(() -> engine.store().claimMisplaced(queue.definition().id(), owner, rules.count()))
                .onComplete(done -> {
                    engine.activity().end(done.succeeded());
                    asking = false;
                    if (done.succeeded()
                            && !done.result().isEmpty()
                            && owner == engine.session().brokerId()) {
                        nextMillis = engine.loop().monotonicMillis();
                        claims.adopt(done.result().stream()
                                .sorted(Comparator.comparingLong(ClaimedDelivery::chunkId)
                                        .thenComparingInt(ClaimedDelivery::first))
                                .toList());
                    }
                });
    }

    /** True if a delivery that stands there, null: without a partition, is to be {@linkplain #refile refiled}. */
    boolean isMisplaced(Standing standing) {
        return standing == null || isMisplaced(standing.part());
    }

    boolean isMisplaced(int part) {
        return part < 0 || part >= rules.count();
    }

    /** Appends the records of a range that this broker owns anew; the range never comes to the consumers. */
    void refile(ClaimedRange range) {
        int[] indexes = IntStream.range(range.first(), range.first() + range.count())
                .filter(index -> !range.isSettled(index))
                .toArray();
        List<Move> moves = new ArrayList<>(indexes.length);
        for (int index : indexes) {
            moves.add(Move.toQueue(
                    queue,
                    StoredRecords.detached(range, index, queue.definition().settings()),
                    0));
        }
        engine.commits()
                .settle(new SettleGroup(
                        queue, range, indexes, moves, null, SettleGroup.Gives.NOTHING, new Outcome(this)));
    }

    private void retry(SettleGroup group) {
        engine.loop().timer(RETRY_MILLIS, () -> {
            // Closed, the queue is gone, or read again by whoever finds what this broker owns.
            if (!queue.isClosed()) {
                engine.commits().settle(group);
            }
        });
    }

    /** If a failed commit happened after all, the repeated one finds that the row is gone. */
    private record Outcome(Refiling refiling) implements SettleGroup.Outcome {
        @Override
        public void committed(SettleGroup group) {}

        @Override
        public void lost(SettleGroup group) {}

        @Override
        public void failed(SettleGroup group, BrokerException reason) {
            refiling.retry(group);
        }
    }
}
