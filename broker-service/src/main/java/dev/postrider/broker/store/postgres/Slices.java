package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.postgres.statement.TurnSlices;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Keeps slices of time open ahead of the chunks to come, and drops those that are done with. A broker that stores
 * nothing opens none; the first commit after a rest finds no slice and has one opened. Safe to call from any thread.
 */
final class Slices {
    /** What commits of so long need: several turns may fail before anybody notices. */
    private static final long AHEAD_MILLIS = 20_000;
    /** Longer than a commit takes from the making of its chunk ids: a late one finds no slice and is repeated. */
    private static final long DROP_AFTER_MILLIS = 5_000;
    /**
     * Short, so that what is done with goes before PostgreSQL or Linux, which waits for 30 s, writes it to its files:
     * with 30 s here 3.1 bytes were written for each that was published, with 10 s 2.0.
     */
    private static final long SPAN_MILLIS = 10_000;

    private static final long SPAN_MILLIS_MAX = 3_600_000;
    /** With each further so many slices the span doubles: every statement looks at every slice. */
    private static final int SLICES_PER_DOUBLING = 8;
    /** After a slice has ended, consumers get so long to finish it before what is left is moved. */
    private static final long KEEP_AFTER_MILLIS = 60_000;

    /** Fewer slices cost little, and moving what is left of them would be in the way of a busy database. */
    private static final int KEEP_FROM_SLICES = 12;

    private static final int KEEP_ROWS_MAX = 200;
    private static final long KEEP_BYTES_MAX = 8L << 20;
    private static final long USED_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Database database;
    private final AtomicLong lastUsedNanos = new AtomicLong(System.nanoTime() - USED_NANOS);
    private final AtomicLong newestChunk = new AtomicLong();
    private final AtomicReference<Future<Integer>> opening = new AtomicReference<>();

    Slices(Database database) {
        this.database = database;
    }

    /** Chunks were stored. */
    void used(Collection<NewChunk> chunks) {
        lastUsedNanos.set(System.nanoTime());
        chunks.forEach(chunk -> newestChunk.accumulateAndGet(chunk.id(), Math::max));
    }

    /** The highest id of a chunk that this broker has stored, 0 before the first. */
    long newestChunk() {
        return newestChunk.get();
    }

    /** Opens slices from now on and answers how many there are; callers at the same time share one attempt. */
    Future<Integer> open() {
        Future<Integer> underWay = opening.get();
        if (underWay != null) {
            return underWay;
        }
        Future<Integer> started = count().compose(this::open);
        if (opening.compareAndSet(null, started)) {
            started.onComplete(done -> opening.set(null));
        }
        return started;
    }

    private Future<Integer> open(int count) {
        return database.once(connection -> TurnSlices.open(connection, AHEAD_MILLIS, spanMillis(count)))
                .map(opened -> count + opened);
    }

    private Future<Integer> count() {
        return database.ask(TurnSlices::count);
    }

    static long spanMillis(int slices) {
        return Math.min(SPAN_MILLIS_MAX, SPAN_MILLIS << Math.min(10, slices / SLICES_PER_DOUBLING));
    }

    /** Opens what will be needed, moves what is left over and drops what is done with. Answers how many went. */
    Future<Integer> turn() {
        boolean used = System.nanoTime() - lastUsedNanos.get() < USED_NANOS;
        return (used ? open() : count())
                .compose(this::keepLeftOvers)
                .compose(v -> database.once(connection -> TurnSlices.drop(connection, DROP_AFTER_MILLIS)))
                .recover(failure -> Failures.isLockNotAvailable(failure)
                        // Somebody reads the tables, or a commit hangs: the next turn tries again.
                        ? Future.succeededFuture(0)
                        : Future.failedFuture(failure));
    }

    private Future<Integer> keepLeftOvers(int count) {
        return count < KEEP_FROM_SLICES
                ? Future.succeededFuture(0)
                : database.once(connection ->
                        TurnSlices.keepLeftOvers(connection, KEEP_AFTER_MILLIS, KEEP_ROWS_MAX, KEEP_BYTES_MAX));
    }
}
