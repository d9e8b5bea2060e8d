package dev.postrider.benchmarks.features;

import dev.postrider.client.PostriderClient;
import dev.postrider.client.QueueOptions;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Queues with a delivery rate and one with a bound on what is in flight, all with a backlog and consumers at three
 * brokers: how well the bounds are kept, first in peace, then while brokers are killed.
 */
final class RatePart implements Part {
    private static final int BROKERS = 3;
    private static final int BODY_BYTES = 100;
    private static final int PREFETCH = 2_000;
    private static final int WINDOW_TENTHS = 100;
    private static final int IN_FLIGHT = 50;
    private static final Duration FILL_LIMIT = Duration.ofSeconds(60);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(40);
    /** Consumers have come, and everything has found its pace. */
    private static final Duration SETTLE_IN = Duration.ofSeconds(3);

    @Override
    public String name() {
        return "rate";
    }

    @Override
    public void run(Effort effort, Sheet sheet) throws IOException, SQLException {
        run(effort.brief() ? Duration.ofSeconds(11) : Duration.ofSeconds(20), false, sheet);
        run(effort.secondsWithKills(45), true, sheet);
    }

    private void run(Duration length, boolean kills, Sheet sheet) throws IOException, SQLException {
        try (Replicas replicas = Replicas.start(BROKERS)) {
            Duration all = length.plus(SETTLE_IN);
            Paced slow = new Paced(replicas, 500, all);
            Paced fast = new Paced(replicas, 5_000, all);
            Bounded bounded = new Bounded(replicas, IN_FLIGHT, all);
            slow.open();
            fast.open();
            bounded.open();
            pause(SETTLE_IN);
            String what = "in peace";
            if (kills) {
                try (Killer killer = new Killer(replicas, bounded::killed)) {
                    observe(length, bounded);
                    what = killer.kills() + " kills in " + length.toSeconds() + " s";
                }
            } else {
                observe(length, bounded);
            }
            slow.report(sheet, what);
            fast.report(sheet, what);
            bounded.report(sheet, what);
        }
    }

    private static void observe(Duration length, Bounded bounded) throws SQLException {
        long end = System.nanoTime() + length.toNanos();
        while (System.nanoTime() < end) {
            bounded.look();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    /** Publishes what keeps consumers busy for so long. */
    static Tally fill(Replicas replicas, String queue, QueueOptions options, int messages) {
        // A broker that is killed counts as an attempt for all that it held.
        replicas.putQueue(queue, options.withMaxAttempts(1_000));
        Tally tally = new Tally();
        try (PostriderClient producer =
                PostriderClient.builder().url(replicas.broker(0).url()).build()) {
            Outlet.to(tally, BODY_BYTES, message -> producer.publish(queue, message))
                    .fast(FILL_LIMIT, messages, Long.MAX_VALUE);
            tally.awaitAnswers(FILL_LIMIT);
        }
        return tally;
    }

    /** Lets the rest come without a bound, so that what is lost can be counted. */
    static void drain(Replicas replicas, String queue, Tally tally) {
        replicas.putQueue(queue, QueueOptions.defaults().withMaxAttempts(1_000));
        tally.awaitAll(DRAIN_LIMIT);
    }

    /** A queue with a delivery rate. */
    private final class Paced {
        private final Replicas replicas;
        private final int perSecond;
        private final String queue;
        private final Duration length;
        private final Tally tally;
        private final List<PostriderClient> consumers = new ArrayList<>();
        private Windows windows;

        Paced(Replicas replicas, int perSecond, Duration length) {
            this.replicas = replicas;
            this.perSecond = perSecond;
            this.queue = "rate-" + perSecond;
            this.length = length;
            int messages = (int) (perSecond * (length.toSeconds() + 8));
            tally = fill(replicas, queue, QueueOptions.defaults().withMaxDeliveryRate(perSecond + "/s"), messages);
        }

        void open() {
            windows = new Windows(System.nanoTime() + SETTLE_IN.toNanos(), length.minus(SETTLE_IN));
            Inlet inlet = new Inlet(tally);
            for (int i = 0; i < BROKERS; i++) {
                consumers.add(replicas.client(i));
                Inlet.subscribe(consumers.get(i), queue, PREFETCH, message -> {
                    windows.happened(System.nanoTime());
                    inlet.take(message, 0);
                });
            }
        }

        void report(Sheet sheet, String what) {
            drain(replicas, queue, tally);
            consumers.forEach(PostriderClient::close);
            double limit = perSecond * WINDOW_TENTHS / 10.0;
            String measured = Sheet.text(
                    "10 s windows %.1f to %.1f %% of the limit; worst 100 ms %d, %.1f times its share",
                    100 * windows.fewest(WINDOW_TENTHS) / limit,
                    100 * windows.most(WINDOW_TENTHS) / limit,
                    windows.most(1),
                    windows.most(1) * 10.0 / perSecond);
            sheet.row(name(), Sheet.text("%,d/s, %s", perSecond, what), measured, tally);
        }
    }

    /** A queue with a bound on what is in flight. */
    private final class Bounded {
        private final Replicas replicas;
        private final Tally tally;
        private final BoundedConsumers consumers;

        Bounded(Replicas replicas, int bound, Duration length) throws SQLException {
            this.replicas = replicas;
            int messages = (int) (bound * 1_000 / BoundedConsumers.WORK_MILLIS * (length.toSeconds() + 2));
            tally = fill(replicas, "bounded", QueueOptions.defaults().withMaxInFlight(bound), messages);
            consumers = new BoundedConsumers(replicas, "bounded", tally, bound);
        }

        void open() throws SQLException {
            consumers.open();
        }

        void killed(int broker) {
            consumers.killed(broker);
        }

        void look() throws SQLException {
            consumers.look();
        }

        void report(Sheet sheet, String what) {
            int most = consumers.most();
            double perSecond = consumers.perSecond();
            drain(replicas, "bounded", tally);
            consumers.close();
            String measured = Sheet.text("%d in flight at once at most; %,.0f msg/s", most, perSecond);
            sheet.row(name(), Sheet.text("%d in flight, %s", IN_FLIGHT, what), measured, tally);
        }
    }
}
