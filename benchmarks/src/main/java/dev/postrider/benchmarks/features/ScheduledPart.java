package dev.postrider.benchmarks.features;

import dev.postrider.client.PostriderClient;
import dev.postrider.client.QueueOptions;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A million messages that are due in an hour to a year wait in a queue: what comes and goes beside them, held against
 * an empty queue, and how punctual a thousand are that fall due in one second. Published to one broker and consumed
 * from another, so that everything has to be claimed.
 */
final class ScheduledPart implements Part {
    private static final int BODY_BYTES = 100;
    private static final int PREFETCH = 2_000;
    private static final int WAITING = 1_000_000;
    private static final int DUE = 1_000;
    private static final int PACE = 1_000;
    private static final long UNRECEIVED_MAX = 100_000;
    private static final Duration FILL_LIMIT = Duration.ofSeconds(120);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(30);
    private static final Duration AHEAD = Duration.ofSeconds(3);
    private static final Duration EARLIEST = Duration.ofHours(1);
    private static final Duration LATEST = Duration.ofDays(365);

    private record Ends(PostriderClient producer, PostriderClient consumer) {}

    @Override
    public String name() {
        return "scheduled";
    }

    @Override
    public void run(Effort effort, Sheet sheet) throws IOException, SQLException {
        try (Replicas replicas = Replicas.start(2)) {
            replicas.putQueue("empty", QueueOptions.defaults());
            replicas.putQueue("full", QueueOptions.defaults());
            Ends ends = new Ends(replicas.client(0), replicas.client(1));
            // Warm, so that the empty queue does not pay for the first use of everything.
            through(ends, "empty", effort, new Sheet(System.err), "warm-up");
            through(ends, "empty", effort, sheet, "an empty queue");
            Tally tally = new Tally();
            String filled = fill(replicas, ends.producer(), effort.messages(WAITING), tally);
            through(ends, "full", effort, sheet, "the same beside the scheduled");
            due(ends, sheet);
            long waiting = Math.round(replicas.number("select coalesce(sum(count), 0) from delivery where scheduled"));
            sheet.row(name(), "messages of an hour to a year", filled, tally, tally.stored() - waiting);
        }
    }

    /** Messages without delay, as fast as they go and then at a pace. */
    private void through(Ends ends, String queue, Effort effort, Sheet sheet, String what) {
        Tally tally = new Tally();
        Inlet inlet = new Inlet(tally);
        var subscription = inlet.open(ends.consumer(), queue, PREFETCH);
        Outlet outlet = Outlet.to(tally, BODY_BYTES, message -> ends.producer().publish(queue, message));
        Tally.Mark begin = tally.mark();
        outlet.fast(effort.seconds(5), Integer.MAX_VALUE, UNRECEIVED_MAX);
        tally.awaitAll(DRAIN_LIMIT);
        double perSecond = tally.settledPerSecondSince(begin);
        inlet.takeLatencies();
        outlet.paced(PACE, effort.seconds(6), message -> message);
        tally.awaitAll(DRAIN_LIMIT);
        subscription.cancel();
        String measured = Sheet.text("%,.0f msg/s; at %,d/s p50 / p99 %s ms", perSecond, PACE, inlet.takeLatencies());
        sheet.row(name(), what, measured, tally);
    }

    private static String fill(Replicas replicas, PostriderClient producer, int messages, Tally tally)
            throws SQLException {
        SplittableRandom random = new SplittableRandom(1);
        double rowsBefore = replicas.rows();
        long begin = System.nanoTime();
        Outlet.to(tally, BODY_BYTES, message -> producer.publish("full", message))
                .fast(
                        FILL_LIMIT,
                        messages,
                        Long.MAX_VALUE,
                        message -> message.withDelay(
                                Duration.ofMillis(random.nextLong(EARLIEST.toMillis(), LATEST.toMillis()))));
        tally.awaitAnswers(FILL_LIMIT);
        double seconds = (System.nanoTime() - begin) / 1e9;
        return Sheet.text(
                "%,d published at %,.0f/s, %.3f rows each, %,.0f MB",
                tally.stored(),
                tally.stored() / seconds,
                (replicas.rows() - rowsBefore) / Math.max(1, tally.stored()),
                replicas.number("select pg_database_size(current_database())") / 1e6);
    }

    /** A thousand, a millisecond apart. */
    private void due(Ends ends, Sheet sheet) {
        Tally tally = new Tally();
        Instant from = Instant.now().plus(AHEAD);
        long fromNanos = System.nanoTime() + AHEAD.toNanos();
        AtomicLong lastNanos = new AtomicLong(fromNanos);
        AtomicLong latestNanos = new AtomicLong(Long.MIN_VALUE);
        AtomicLong earliestNanos = new AtomicLong(Long.MAX_VALUE);
        var subscription = Inlet.subscribe(ends.consumer(), "full", PREFETCH, message -> {
            long now = System.nanoTime();
            long number = Inlet.stamp(message).id();
            tally.received(number);
            long late = now - fromNanos - TimeUnit.MILLISECONDS.toNanos(number);
            latestNanos.accumulateAndGet(late, Math::max);
            earliestNanos.accumulateAndGet(late, Math::min);
            lastNanos.accumulateAndGet(now, Math::max);
            message.ack().subscribe().with(done -> tally.settled(), failure -> tally.unsettled());
        });
        AtomicLong number = new AtomicLong();
        Outlet.to(tally, BODY_BYTES, message -> ends.producer().publish("full", message))
                .fast(AHEAD, DUE, DUE + 1, message -> message.withDeliverAt(from.plusMillis(number.getAndIncrement())));
        while (System.nanoTime() < fromNanos + TimeUnit.MILLISECONDS.toNanos(DUE)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        tally.awaitAll(DRAIN_LIMIT);
        subscription.cancel();
        String measured = Sheet.text(
                "all there %.2f s after the second; earliest %+.0f ms, latest %+.0f ms from its time",
                (lastNanos.get() - fromNanos) / 1e9 - 1, earliestNanos.get() / 1e6, latestNanos.get() / 1e6);
        sheet.row(name(), Sheet.text("%,d due in one second beside those", DUE), measured, tally);
    }
}
