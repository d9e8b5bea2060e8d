package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.Admission;
import dev.postrider.broker.store.Admitted;
import dev.postrider.broker.store.CommitBatch;
import dev.postrider.broker.store.CommitResult;
import dev.postrider.broker.store.Excess;
import dev.postrider.broker.store.KeptChunks;
import dev.postrider.broker.store.Settlement;
import dev.postrider.broker.store.Settlement.Kind;
import dev.postrider.broker.store.postgres.statement.ClaimDeduplicationKeys;
import dev.postrider.broker.store.postgres.statement.DeleteDeadLetters;
import dev.postrider.broker.store.postgres.statement.DeleteUnowedChunks;
import dev.postrider.broker.store.postgres.statement.DropOldest;
import dev.postrider.broker.store.postgres.statement.FindFronts;
import dev.postrider.broker.store.postgres.statement.FindTopics;
import dev.postrider.broker.store.postgres.statement.InsertDeadLetters;
import dev.postrider.broker.store.postgres.statement.LockAndCountQueues;
import dev.postrider.broker.store.postgres.statement.ReleaseDeliveries;
import dev.postrider.broker.store.postgres.statement.ShedDeliveries;
import dev.postrider.broker.store.postgres.statement.WriteRetained;
import dev.postrider.broker.store.postgres.statement.WriteTogether;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * One run of the commit transaction. What is published and settled without further ado is one statement that commits
 * by itself. Otherwise, without an admission and a guard, BEGIN, the statements and COMMIT go out together and only the
 * last answer is waited for; an admission costs one more round trip, a guard another.
 */
final class Commit {
    /** COMMIT then waits neither for the disk nor for a standby; the log still keeps the order of commits. */
    private static final String RELAX = "set local synchronous_commit to off";

    private final Lane lane;
    private final SqlConnection connection;
    private final Admission admission;
    private final Function<Admitted, CommitBatch> build;
    private final Map<Integer, Future<Long>> dropping = new HashMap<>();

    Commit(Lane lane, Admission admission, Function<Admitted, CommitBatch> build) {
        this.lane = lane;
        this.connection = lane.connection();
        this.admission = admission;
        this.build = build;
    }

    Future<CommitResult> run() {
        if (admission.isEmpty()) {
            return writeBatch(Admitted.ALL, null);
        }
        Future<Void> begun = lane.begin();
        return admit().transform(admitted ->
                admitted.failed() ? lane.rollBack(admitted.cause()) : writeBatch(admitted.result(), begun));
    }

    private Future<Admitted> admit() {
        Future<Map<Integer, String>> duplicates = admission.keys().isEmpty()
                ? Future.succeededFuture(Map.of())
                : ClaimDeduplicationKeys.execute(connection, admission.keys());
        Future<Map<Integer, Admitted.Depth>> depths = admission.limitedQueues().isEmpty()
                ? Future.succeededFuture(Map.of())
                : LockAndCountQueues.execute(connection, admission.limitedQueues());
        Future<Map<Integer, Long>> versions = admission.topics().isEmpty()
                ? Future.succeededFuture(Map.of())
                : FindTopics.versions(connection, admission.topics());
        Future<Map<Admission.Fair, Admitted.Front>> fronts = admission.fair().isEmpty()
                ? Future.succeededFuture(Map.of())
                : FindFronts.execute(connection, admission.fair());
        return Future.join(duplicates, depths, versions, fronts)
                .transform(joined -> joined.succeeded()
                        ? Future.succeededFuture(
                                new Admitted(duplicates.result(), depths.result(), versions.result(), fronts.result()))
                        : Future.failedFuture(Lane.firstFailure(List.of(duplicates, depths, versions, fronts))));
    }

    /** {@code begun} null: BEGIN has not been sent, since there may be nothing to write. */
    private Future<CommitResult> writeBatch(Admitted admitted, Future<Void> begun) {
        CommitBatch batch;
        try {
            batch = build.apply(admitted);
        } catch (RuntimeException e) {
            return begun == null ? lane.abandon(e) : lane.rollBackAndThrow(e);
        }
        if (batch == null || batch.isEmpty() && begun == null) {
            CommitResult nothing = new CommitResult(batch != null, Set.of());
            Future<Void> end = begun == null ? lane.abandon() : lane.rollBack();
            return end.map(nothing);
        }
        if (begun == null && isOneStatement(batch)) {
            lane.commitSent();
            return lane.finish(WriteTogether.execute(
                            connection,
                            batch.owner(),
                            batch.settled(Kind.FINISH),
                            batch.settled(Kind.PROGRESS),
                            batch.chunks()))
                    .map(lost -> new CommitResult(true, lost));
        }
        List<Future<?>> statements = new ArrayList<>();
        statements.add(begun == null ? lane.begin() : begun);
        return batch.guarded() ? guarded(batch, statements) : unguarded(batch, statements);
    }

    private static boolean isOneStatement(CommitBatch batch) {
        return !batch.guarded()
                && !batch.relaxed()
                && batch.redriven().isEmpty()
                && batch.deadLetters().isEmpty()
                && batch.excess().isEmpty()
                && WriteRetained.retainingIds(batch.chunks()).isEmpty()
                && batch.settlements().stream().allMatch(Commit::isWrittenTogether);
    }

    private static boolean isWrittenTogether(Settlement settlement) {
        return settlement.kind() == Kind.PROGRESS
                || settlement.kind() == Kind.FINISH && !KeptChunks.isKept(settlement.chunkId());
    }

    private Future<CommitResult> unguarded(CommitBatch batch, List<Future<?>> statements) {
        List<Future<Set<Settlement>>> settlements = settle(batch);
        statements.addAll(settlements);
        statements.addAll(deleteRedriven(batch));
        statements.addAll(append(batch));
        return lane.commitAfter(statements).map(v -> new CommitResult(true, lost(settlements), dropped()));
    }

    private Future<CommitResult> guarded(CommitBatch batch, List<Future<?>> statements) {
        List<Future<Set<Settlement>>> settlements = settle(batch);
        List<Future<Integer>> redriven = deleteRedriven(batch);
        statements.addAll(settlements);
        statements.addAll(redriven);
        return Future.join(statements).transform(joined -> {
            if (joined.failed()) {
                return lane.rollBack(Lane.firstFailure(statements));
            }
            Set<Settlement> lost = lost(settlements);
            boolean complete = redriven.stream()
                    .allMatch(deleted ->
                            deleted.result() == Set.copyOf(batch.redriven()).size());
            if (!lost.isEmpty() || !complete) {
                return lane.rollBack().map(new CommitResult(false, lost));
            }
            return lane.commitAfter(append(batch)).map(v -> new CommitResult(true, Set.of(), dropped()));
        });
    }

    private List<Future<?>> append(CommitBatch batch) {
        List<Future<?>> statements = new ArrayList<>();
        if (!batch.chunks().isEmpty()) {
            Collection<Integer> retaining = WriteRetained.retainingIds(batch.chunks());
            if (!retaining.isEmpty()) {
                // As late as can be, since others wait for it. The places are drawn behind it.
                statements.add(WriteRetained.lock(connection, retaining));
            }
            statements.add(WriteTogether.execute(connection, batch.owner(), List.of(), List.of(), batch.chunks()));
        }
        if (!batch.deadLetters().isEmpty()) {
            statements.add(InsertDeadLetters.execute(connection, batch.deadLetters()));
        }
        for (Excess excess : batch.excess()) {
            dropping.put(excess.queueId(), DropOldest.execute(connection, excess));
        }
        statements.addAll(dropping.values());
        if (batch.relaxed()) {
            statements.add(connection.query(RELAX).execute());
        }
        return statements;
    }

    private Map<Integer, Long> dropped() {
        Map<Integer, Long> dropped = new HashMap<>();
        dropping.forEach((queueId, messages) -> dropped.put(queueId, messages.result()));
        return dropped;
    }

    private List<Future<Integer>> deleteRedriven(CommitBatch batch) {
        return batch.redriven().isEmpty() ? List.of() : List.of(DeleteDeadLetters.byRow(connection, batch.redriven()));
    }

    /** Sends the statements that settle, and the deletion of chunks behind them. */
    private List<Future<Set<Settlement>>> settle(CommitBatch batch) {
        List<Future<Set<Settlement>>> statements = new ArrayList<>();
        List<Settlement> finished = batch.settled(Kind.FINISH);
        List<Settlement> progressed = batch.settled(Kind.PROGRESS);
        if (!finished.isEmpty() || !progressed.isEmpty()) {
            statements.add(WriteTogether.execute(connection, batch.owner(), finished, progressed, List.of()));
        }
        List<Settlement> released = batch.settled(Kind.RELEASE);
        if (!released.isEmpty()) {
            statements.add(ReleaseDeliveries.execute(connection, batch.owner(), released));
        }
        List<Settlement> shed = batch.settled(Kind.SHED);
        if (!shed.isEmpty()) {
            statements.add(ShedDeliveries.execute(connection, batch.owner(), shed));
        }
        if (!finished.isEmpty()) {
            statements.add(DeleteUnowedChunks.execute(
                            connection,
                            finished.stream().map(Settlement::chunkId).toList())
                    .map(deleted -> Set.of()));
        }
        return statements;
    }

    private static Set<Settlement> lost(List<Future<Set<Settlement>>> settlements) {
        Set<Settlement> lost = new HashSet<>();
        settlements.forEach(statement -> lost.addAll(statement.result()));
        return lost;
    }
}
