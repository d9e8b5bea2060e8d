package dev.postrider.broker.simulation.model;

import dev.postrider.broker.store.Admission;
import dev.postrider.broker.store.Admitted;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.CommitBatch;
import dev.postrider.broker.store.CommitResult;
import dev.postrider.broker.store.LimitStore;
import dev.postrider.broker.store.MessageStore;
import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.PeekedDelivery;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** The hot path on a model. */
final class ModelMessageStore implements MessageStore {
    private static final int CLAIMS_MAX = 5;

    private final Model model;
    private final Tables tables;
    private final Wire wire;
    private final LimitStore limits;

    ModelMessageStore(Model model, Wire wire) {
        this.model = model;
        this.tables = model.tables();
        this.wire = wire;
        this.limits = new OfLimits(model.sharing(), wire);
    }

    private record OfLimits(Sharing sharing, Wire wire) implements LimitStore {
        @Override
        public Future<Places> reserve(int queueId, long intervalNanos, int wanted) {
            return wire.send(Statement.of("reserve", () -> sharing.reserve(queueId, intervalNanos, wanted)));
        }

        @Override
        public Future<Void> giveBack(int queueId, long endNanos, long unusedNanos) {
            return wire.send(Statement.of("give back", () -> sharing.giveBack(queueId, endNanos, unusedNanos)));
        }

        @Override
        public Future<Slots> lease(SlotRequest request) {
            return wire.send(Statement.of("lease " + request, () -> sharing.lease(request)));
        }
    }

    @Override
    public Future<CommitResult> commit(Admission admission, Function<Admitted, CommitBatch> build) {
        return wire.send(new CommitExchange(model, admission, build));
    }

    @Override
    public Future<List<ClaimedDelivery>> claim(int queueId, long owner, int wanted) {
        return claim(queueId, owner, wanted, () -> model.claims().pick(queueId, wanted), CLAIMS_MAX);
    }

    @Override
    public Future<List<ClaimedDelivery>> claimAged(int queueId, long owner, int wanted, long ageingMillis) {
        return claim(queueId, owner, wanted, () -> model.claims().pickAged(queueId, wanted, ageingMillis), CLAIMS_MAX);
    }

    @Override
    public Future<List<ClaimedDelivery>> claimFair(int queueId, long owner, int wanted) {
        return claim(queueId, owner, wanted, () -> model.claims().pickInTurn(queueId, wanted), 2)
                .compose(
                        claimed -> claimed.isEmpty() ? claim(queueId, owner, wanted) : Future.succeededFuture(claimed));
    }

    /** Looks again where others have locked what is ready, as the real one does. */
    private Future<List<ClaimedDelivery>> claim(
            int queueId, long owner, int wanted, Supplier<List<Row>> pick, int claimsLeft) {
        Future<List<ClaimedDelivery>> claiming = wire.send(Statement.skippingLocked(
                "claim for " + owner + " ",
                pick,
                picked -> model.claims().take(picked, owner, wanted),
                picked -> model.claims().unlock(picked)));
        return claiming.compose(claimed -> claimed.isEmpty() && claimsLeft > 1
                ? queuesWithWork(List.of(queueId))
                        .compose(ready -> ready.isEmpty()
                                ? Future.succeededFuture(claimed)
                                : wire.after(1L << CLAIMS_MAX - claimsLeft)
                                        .compose(none -> claim(queueId, owner, wanted, pick, claimsLeft - 1)))
                : Future.succeededFuture(claimed));
    }

    @Override
    public Future<Share> share(int queueId, long owner, long term, int count, boolean wants) {
        return wire.send(
                Statement.of("share for " + owner, () -> model.partitions().share(queueId, owner, term, count, wants)));
    }

    @Override
    public Future<List<ClaimedDelivery>> claimInOrder(
            int queueId, long owner, long term, Collection<Integer> served, int wanted) {
        List<Integer> asked = List.copyOf(served);
        return wire.send(Statement.of("claim in order for " + owner + " " + asked, () -> model.partitions()
                .claim(queueId, owner, term, asked, wanted)));
    }

    @Override
    public Future<List<Integer>> giveUp(int queueId, long owner, Collection<Integer> served) {
        List<Integer> asked = List.copyOf(served);
        return wire.send(Statement.of(
                "give up for " + owner + " " + asked, () -> model.partitions().giveUp(queueId, owner, asked)));
    }

    @Override
    public Future<List<ClaimedDelivery>> claimMisplaced(int queueId, long owner, int count) {
        return wire.send(Statement.of(
                "claim misplaced for " + owner, () -> model.partitions().claimMisplaced(queueId, owner, count)));
    }

    @Override
    public Future<List<ClaimedDelivery>> owned(long owner) {
        return wire.send(Statement.of("owned", () -> tables.deliveries.values().stream()
                .filter(row -> row.owner == owner)
                .map(Row::claimed)
                .toList()));
    }

    @Override
    public Future<Map<Long, byte[]>> readChunks(Collection<Long> chunkIds) {
        List<Long> wanted = List.copyOf(chunkIds);
        return wire.send(Statement.of("read chunks", () -> {
            Map<Long, byte[]> read = new TreeMap<>();
            for (Long id : wanted) {
                NewChunk chunk = tables.chunks.get(id);
                if (chunk != null) {
                    read.put(id, chunk.records());
                }
            }
            return read;
        }));
    }

    @Override
    public Future<List<Integer>> queuesWithWork(Collection<Integer> queueIds) {
        List<Integer> asked = List.copyOf(queueIds);
        return wire.send(Statement.of("queues with work", () -> asked.stream()
                .filter(id ->
                        tables.deliveries.values().stream().anyMatch(row -> row.key.queueId() == id && row.isReady()))
                .toList()));
    }

    @Override
    public Future<Long> purge(int queueId) {
        Upkeep upkeep = model.upkeep();
        return wire.send(
                Statement.skippingLocked("purge ", () -> upkeep.purgeable(queueId), upkeep::drop, upkeep::unlock));
    }

    @Override
    public LimitStore limits() {
        return limits;
    }

    @Override
    public Future<List<PeekedDelivery>> peek(
            int queueId, PeekedDelivery.State state, long afterChunk, int afterFirst, int limit) {
        return wire.send(Statement.of("peek", () -> tables.deliveries.values().stream()
                .filter(row -> row.key.queueId() == queueId && stateOf(row) == state)
                .filter(row -> row.key.compareTo(new Row.Key(afterChunk, queueId, afterFirst)) > 0)
                .limit(limit)
                .map(ModelMessageStore::peeked)
                .toList()));
    }

    private static PeekedDelivery.State stateOf(Row row) {
        if (row.scheduled) {
            return PeekedDelivery.State.SCHEDULED;
        }
        return row.owner == 0 ? PeekedDelivery.State.READY : PeekedDelivery.State.IN_FLIGHT;
    }

    static PeekedDelivery peeked(Row row) {
        return new PeekedDelivery(
                row.key.chunkId(),
                row.key.first(),
                row.count,
                row.priority,
                row.scheduled ? row.readyAtMillis : 0,
                row.owner,
                row.attempts,
                row.settled);
    }
}
