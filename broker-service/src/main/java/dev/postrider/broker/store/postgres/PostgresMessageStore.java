package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.Admission;
import dev.postrider.broker.store.Admitted;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.CommitBatch;
import dev.postrider.broker.store.CommitResult;
import dev.postrider.broker.store.LimitStore;
import dev.postrider.broker.store.MessageStore;
import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.PartitionStore;
import dev.postrider.broker.store.PeekedDelivery;
import dev.postrider.broker.store.postgres.ClaimStarts.Walk;
import dev.postrider.broker.store.postgres.statement.ClaimAged;
import dev.postrider.broker.store.postgres.statement.ClaimDeliveries;
import dev.postrider.broker.store.postgres.statement.ClaimFair;
import dev.postrider.broker.store.postgres.statement.DeleteUnowedChunks;
import dev.postrider.broker.store.postgres.statement.PeekDeliveries;
import dev.postrider.broker.store.postgres.statement.PurgeDeliveries;
import dev.postrider.broker.store.postgres.statement.ReadChunks;
import dev.postrider.broker.store.postgres.statement.SelectOwnedDeliveries;
import dev.postrider.broker.store.postgres.statement.SelectQueuesWithWork;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.IntFunction;

/** The hot path on PostgreSQL. Safe to call from any thread. */
final class PostgresMessageStore implements MessageStore {
    /** Rounds of a claim that meets only locked deliveries: 1, 2, 4, … 32 ms apart. */
    private static final int CLAIMS_MAX = 7;

    /** Of queues whose starts are remembered; beyond, all are forgotten, which costs each one slow claim. */
    private static final int STARTS_MAX = 10_000;

    /** With the commit loop's lanes, a look and the reads, so many use all connections. */
    private static final int CLAIM_LANES = 2;

    /** So many claims of one transaction lock what they found for no longer than a few milliseconds (guessed). */
    private static final int CLAIMS_TOGETHER_MAX = 32;

    private static final int LOOKS_TOGETHER_MAX = 1_000;
    private static final int READ_LANES = 2;
    /** What a claim found is 8 MiB at most. */
    private static final int READS_TOGETHER_MAX = 4;

    private final Database hot;
    private final Database management;
    private final Slices slices;
    private final LimitStore limits;
    private final PartitionStore partitions;
    private final Map<Integer, ClaimStarts> starts = new ConcurrentHashMap<>();
    private final Gathered<Wanted, List<ClaimedDelivery>> claims;
    private final Gathered<Integer, Boolean> looks;
    private final Gathered<Collection<Long>, Map<Long, byte[]>> reads;

    PostgresMessageStore(Database hot, Database management, Slices slices) {
        this.hot = hot;
        this.management = management;
        this.slices = slices;
        this.claims = new Gathered<>(CLAIM_LANES, CLAIMS_TOGETHER_MAX, this::claimTogether);
        this.looks = new Gathered<>(1, LOOKS_TOGETHER_MAX, this::lookTogether);
        this.reads = new Gathered<>(READ_LANES, READS_TOGETHER_MAX, this::readTogether);
        this.limits = new PostgresLimitStore(hot);
        this.partitions = new PostgresPartitionStore(hot, management);
    }

    @Override
    public Future<Share> share(int queueId, long owner, long term, int count, boolean wants) {
        return partitions.share(queueId, owner, term, count, wants);
    }

    @Override
    public Future<List<ClaimedDelivery>> claimInOrder(
            int queueId, long owner, long term, Collection<Integer> served, int wanted) {
        return partitions.claimInOrder(queueId, owner, term, served, wanted);
    }

    @Override
    public Future<List<Integer>> giveUp(int queueId, long owner, Collection<Integer> served) {
        return partitions.giveUp(queueId, owner, served);
    }

    @Override
    public Future<List<ClaimedDelivery>> claimMisplaced(int queueId, long owner, int count) {
        return partitions.claimMisplaced(queueId, owner, count);
    }

    @Override
    public Future<CommitResult> commit(Admission admission, Function<Admitted, CommitBatch> build) {
        List<NewChunk> built = new ArrayList<>();
        Function<Admitted, CommitBatch> building = admitted -> {
            CommitBatch batch = build.apply(admitted);
            built.clear();
            built.addAll(batch == null ? List.of() : batch.chunks());
            return batch;
        };
        return commitOnce(admission, building)
                .recover(failure -> Failures.isForLackOfSlice(failure)
                        // Built again, with chunk ids of now.
                        ? slices.open().compose(v -> commitOnce(admission, building))
                        : Future.failedFuture(failure))
                .onSuccess(result -> {
                    if (result.stored() && !built.isEmpty()) {
                        slices.used(built);
                    }
                });
    }

    private Future<CommitResult> commitOnce(Admission admission, Function<Admitted, CommitBatch> build) {
        return hot.repeating(() -> hot.lane().compose(lane -> new Commit(lane, admission, build).run()));
    }

    @Override
    public Future<List<ClaimedDelivery>> claim(int queueId, long owner, int wanted) {
        return claim(queueId, owner, wanted, CLAIMS_MAX);
    }

    @Override
    public Future<List<ClaimedDelivery>> claimAged(int queueId, long owner, int wanted, long ageingMillis) {
        return claimAged(queueId, owner, wanted, ageingMillis, CLAIMS_MAX);
    }

    private Future<List<ClaimedDelivery>> claimAged(
            int queueId, long owner, int wanted, long ageingMillis, int claimsLeft) {
        return hot.repeating(() ->
                        hot.once(connection -> ClaimAged.execute(connection, queueId, owner, wanted, ageingMillis)))
                .compose(claimed -> claimed.isEmpty() && claimsLeft > 1
                        ? ifReady(
                                queueId, claimsLeft - 1, left -> claimAged(queueId, owner, wanted, ageingMillis, left))
                        : Future.succeededFuture(claimed));
    }

    @Override
    public Future<List<ClaimedDelivery>> claimFair(int queueId, long owner, int wanted) {
        return claimFair(queueId, owner, wanted, CLAIMS_MAX);
    }

    /** What is ready though no turn is known of it was stored by a broker that has not heard that the queue is fair. */
    private Future<List<ClaimedDelivery>> claimFair(int queueId, long owner, int wanted, int claimsLeft) {
        return hot.repeating(() -> hot.once(connection -> ClaimFair.execute(connection, queueId, owner, wanted)))
                .compose(claimed -> claimed.isEmpty() && claimsLeft > 1
                        ? ifReady(queueId, claimsLeft - 1, left -> claim(queueId, owner, wanted, 1)
                                .compose(rest -> rest.isEmpty()
                                        ? claimFair(queueId, owner, wanted, left)
                                        : Future.succeededFuture(rest)))
                        : Future.succeededFuture(claimed));
    }

    /**
     * Nothing claimed, though something is ready, means that others have locked it to claim it. What they leave of it
     * is there in a moment, and nobody would tell.
     */
    private Future<List<ClaimedDelivery>> claim(int queueId, long owner, int wanted, int claimsLeft) {
        if (starts.size() >= STARTS_MAX) {
            starts.clear();
        }
        ClaimStarts queue = starts.computeIfAbsent(queueId, absent -> new ClaimStarts());
        Walk walk = queue.next(System.nanoTime(), slices.newestChunk());
        return claims.ask(new Wanted(queueId, owner, wanted, queue, walk)).compose(claimed -> {
            if (!claimed.isEmpty() || claimsLeft <= 1) {
                return Future.succeededFuture(claimed);
            }
            return walk.isWhole()
                    ? claimAgainIfReady(queueId, owner, wanted, claimsLeft - 1)
                    : claimFromBeginning(queue, queueId, owner, wanted, claimsLeft - 1);
        });
    }

    private Future<List<ClaimedDelivery>> claimAgainIfReady(int queueId, long owner, int wanted, int claimsLeft) {
        return ifReady(queueId, claimsLeft, left -> claim(queueId, owner, wanted, left));
    }

    private Future<List<ClaimedDelivery>> ifReady(
            int queueId, int claimsLeft, IntFunction<Future<List<ClaimedDelivery>>> again) {
        return looks.ask(queueId)
                .compose(ready -> ready
                        ? hot.after(1L << CLAIMS_MAX - 1 - claimsLeft).compose(v -> again.apply(claimsLeft))
                        : Future.succeededFuture(List.of()));
    }

    /** A claim that began near the last find and found nothing says little, unless to look further is a burden. */
    private Future<List<ClaimedDelivery>> claimFromBeginning(
            ClaimStarts queue, int queueId, long owner, int wanted, int claimsLeft) {
        return queue.isSlow() ? Future.succeededFuture(List.of()) : claim(queueId, owner, wanted, claimsLeft);
    }

    /** A claim that waits for its turn. */
    private record Wanted(int queueId, long owner, int wanted, ClaimStarts starts, Walk walk) {
        Future<List<ClaimedDelivery>> execute(SqlConnection connection, AtomicLong idleNanos) {
            return ClaimDeliveries.execute(connection, queueId, owner, wanted, walk.chunkIds())
                    .onSuccess(claimed -> {
                        long nowNanos = System.nanoTime();
                        starts.walked(walk, claimed, nowNanos, nowNanos - idleNanos.getAndSet(nowNanos));
                    });
        }
    }

    /** In one transaction: what a claim costs is mostly the wait for the disk. */
    private Future<List<List<ClaimedDelivery>>> claimTogether(List<Wanted> claims) {
        return hot.repeating(() -> claims.size() == 1
                ? hot.once(connection -> claims.get(0).execute(connection, new AtomicLong(System.nanoTime())))
                        .map(List::of)
                : hot.lane().compose(lane -> claimTogether(lane, claims)));
    }

    private static Future<List<List<ClaimedDelivery>>> claimTogether(Lane lane, List<Wanted> claims) {
        // When the server turned to the claim whose answer comes next: they go out together, and it does one by one.
        AtomicLong idleNanos = new AtomicLong(System.nanoTime());
        List<Future<?>> statements = new ArrayList<>(claims.size() + 1);
        statements.add(lane.begin());
        List<Future<List<ClaimedDelivery>>> answers = new ArrayList<>(claims.size());
        for (Wanted claim : claims) {
            answers.add(claim.execute(lane.connection(), idleNanos));
        }
        statements.addAll(answers);
        return lane.commitAfter(statements)
                .map(v -> answers.stream().map(Future::result).toList());
    }

    private Future<List<Boolean>> lookTogether(List<Integer> queueIds) {
        return queuesWithWork(queueIds)
                .map(ready -> queueIds.stream().map(Set.copyOf(ready)::contains).toList());
    }

    private Future<List<Map<Long, byte[]>>> readTogether(List<Collection<Long>> reads) {
        Set<Long> chunkIds = new LinkedHashSet<>();
        reads.forEach(chunkIds::addAll);
        return hot.ask(connection -> ReadChunks.execute(connection, chunkIds))
                .map(chunks ->
                        reads.stream().map(read -> onlyThose(read, chunks)).toList());
    }

    private static Map<Long, byte[]> onlyThose(Collection<Long> chunkIds, Map<Long, byte[]> chunks) {
        Map<Long, byte[]> some = new HashMap<>(chunks);
        some.keySet().retainAll(chunkIds);
        return some;
    }

    @Override
    public Future<List<ClaimedDelivery>> owned(long owner) {
        return hot.ask(connection -> SelectOwnedDeliveries.execute(connection, owner));
    }

    @Override
    public Future<Map<Long, byte[]>> readChunks(Collection<Long> chunkIds) {
        if (chunkIds.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        return reads.ask(chunkIds);
    }

    @Override
    public Future<List<Integer>> queuesWithWork(Collection<Integer> queueIds) {
        if (queueIds.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        return hot.ask(connection -> SelectQueuesWithWork.execute(connection, queueIds));
    }

    @Override
    public Future<Long> purge(int queueId) {
        return purge(queueId, 0);
    }

    /** In pieces, so that no transaction is long; ends when a piece is not full. */
    private Future<Long> purge(int queueId, long purgedBefore) {
        return management
                .transaction(connection -> PurgeDeliveries.execute(connection, queueId)
                        .compose(purged -> DeleteUnowedChunks.execute(connection, purged.chunkIds())
                                .map(purged)))
                .compose(purged -> {
                    long total = purgedBefore + purged.messages();
                    return purged.isFull() ? purge(queueId, total) : Future.succeededFuture(total);
                });
    }

    @Override
    public LimitStore limits() {
        return limits;
    }

    @Override
    public Future<List<PeekedDelivery>> peek(
            int queueId, PeekedDelivery.State state, long afterChunk, int afterFirst, int limit) {
        return management.ask(connection -> PeekDeliveries.execute(
                connection, queueId, state, new PeekDeliveries.Page(afterChunk, afterFirst, limit)));
    }
}
