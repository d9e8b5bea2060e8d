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
    private static final long AHEAD_MILLIS = 10_000;
    /** Longer than a commit takes from the making of its chunk ids: a late one finds no slice and is repeated. */
    private static final long DROP_AFTER_MILLIS = 5_000;
    /**
     * Short, so that what is done with goes before PostgreSQL or Linux, which waits for 30 s or for a tenth of the
     * memory, writes it to its files.
     */
    private static final long SPAN_MILLIS = 10_000;
    /** Where more is stored in that time, slices are shorter. */
    private static final long SPAN_BYTES = 256L << 20;

    private static final long SPAN_MILLIS_MIN = 3_000;
    private static final long SPAN_MILLIS_MAX = 3_600_000;
    /** With each further so many slices that have ended the span doubles: every statement looks at every slice. */
    private static final int SLICES_PER_DOUBLING = 8;
    /** After a slice has ended, consumers get so long to finish it before what is left is moved. */
    private static final long KEEP_AFTER_MILLIS = 60_000;

    /** Fewer slices cost little, and moving what is left of them would be in the way of a busy database. */
    private static final int KEEP_FROM_SLICES = 9;

    private static final int KEEP_ROWS_MAX = 200;
    private static final long KEEP_BYTES_MAX = 8L << 20;
    private static final long USED_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Database database;
    private final AtomicLong lastUsedNanos = new AtomicLong(System.nanoTime() - USED_NANOS);
    private final AtomicLong newestChunk = new AtomicLong();
    private final AtomicLong bytesStored = new AtomicLong();
    private volatile Rate rate = new Rate(System.nanoTime(), 0, 0);
    private final AtomicReference<Future<Integer>> opening = new AtomicReference<>();

    Slices(Database database) {
        this.database = database;
    }

    /** What was stored between two turns, by this broker. */
    private record Rate(long nanos, long bytesStored, long bytesPerSecond) {
        Rate next(long nowNanos, long nowStored) {
            long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nowNanos - nanos));
            return new Rate(nowNanos, nowStored, (nowStored - bytesStored) * 1_000 / millis);
        }
    }

    /** Chunks were stored. */
    void used(Collection<NewChunk> chunks) {
        lastUsedNanos.set(System.nanoTime());
        for (NewChunk chunk : chunks) {
            newestChunk.accumulateAndGet(chunk.id(), Math::max);
            bytesStored.addAndGet(chunk.records().length);
        }
    }

    /** The highest id of a chunk that this broker has stored, 0 before the first. */
    long newestChunk() {
        return newestChunk.get();
    }

    /** Opens slices from now on and answers how many have ended; callers at the same time share one attempt. */
    Future<Integer> open() {
        Future<Integer> underWay = opening.get();
        if (underWay != null) {
            return underWay;
        }
        Future<Integer> started = countEnded().compose(this::open);
        if (opening.compareAndSet(null, started)) {
            started.onComplete(done -> opening.set(null));
        }
        return started;
    }

    private Future<Integer> open(int ended) {
        long span = spanMillis(ended, rate.bytesPerSecond());
        return database.once(connection -> TurnSlices.open(connection, AHEAD_MILLIS, span))
                .map(opened -> ended);
    }

    private Future<Integer> countEnded() {
        return database.ask(TurnSlices::countEnded);
    }

    /** How long a slice is, with so many left that have ended and so much stored in a second. */
    static long spanMillis(int ended, long bytesPerSecond) {
        long full = SPAN_BYTES * 1_000 / Math.max(1, bytesPerSecond);
        long span = Math.max(SPAN_MILLIS_MIN, Math.min(SPAN_MILLIS, full));
        return Math.min(SPAN_MILLIS_MAX, span << Math.min(11, ended / SLICES_PER_DOUBLING));
    }

    /** Opens what will be needed, moves what is left over and drops what is done with. Answers how many went. */
    Future<Integer> turn() {
        long now = System.nanoTime();
        rate = rate.next(now, bytesStored.get());
        return (now - lastUsedNanos.get() < USED_NANOS ? open() : countEnded())
                .compose(this::keepLeftOvers)
                .compose(v -> database.once(connection -> TurnSlices.drop(connection, DROP_AFTER_MILLIS)))
                .recover(failure -> Failures.isLockNotAvailable(failure)
                        // Somebody reads the tables, or a commit hangs: the next turn tries again.
                        ? Future.succeededFuture(0)
                        : Future.failedFuture(failure));
    }

    private Future<Integer> keepLeftOvers(int ended) {
        return ended < KEEP_FROM_SLICES
                ? Future.succeededFuture(0)
                : database.once(connection ->
                        TurnSlices.keepLeftOvers(connection, KEEP_AFTER_MILLIS, KEEP_ROWS_MAX, KEEP_BYTES_MAX));
    }
}
