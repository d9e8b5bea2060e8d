package dev.postrider.benchmarks.features;

import dev.postrider.client.OutgoingMessage;
import dev.postrider.client.PostriderClient;
import dev.postrider.client.QueueOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Queues that wait for the disk and queues that do not: the same work on each in turn, twice. */
final class RelaxedPart implements Part {
    private static final List<String> DURABILITIES = List.of("durable", "relaxed");
    private static final int BODY_BYTES = 100;
    private static final int PREFETCH = 5_000;
    private static final int PACE = 1_000;
    private static final int ROUNDS = 2;
    private static final long UNRECEIVED_MAX = 200_000;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "relaxed";
    }

    @Override
    public void run(Effort effort, Sheet sheet) throws IOException {
        try (Replicas replicas = Replicas.start(1)) {
            new Run(replicas, "durable", effort).measure();
            double[] sums = new double[DURABILITIES.size()];
            double[] alone = new double[DURABILITIES.size()];
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < DURABILITIES.size(); i++) {
                    Run run = new Run(replicas, DURABILITIES.get(i), effort);
                    run.measure();
                    sums[i] += run.perSecond;
                    alone[i] += run.alone.getMean();
                    sheet.row(name(), DURABILITIES.get(i), run.measured(), run.tally);
                }
            }
            String factor = Sheet.text(
                    "messages a second × %.2f, a publish by itself takes × %.2f (mean)",
                    sums[1] / sums[0], alone[1] / alone[0]);
            sheet.row(name(), "relaxed against durable", factor, new Tally());
        }
    }

    /** One queue. */
    private static final class Run {
        private final Tally tally = new Tally();
        private final Inlet inlet = new Inlet(tally);
        private final Histogram alone = new Histogram(TimeUnit.MINUTES.toMicros(10), 3);
        private final PostriderClient producer;
        private final PostriderClient consumer;
        private final String queue;
        private final Effort effort;
        private double perSecond;
        private String paced;

        Run(Replicas replicas, String durability, Effort effort) {
            this.queue = durability + "-" + System.nanoTime();
            this.effort = effort;
            replicas.putQueue(queue, QueueOptions.defaults().withDurability(durability));
            producer = replicas.client(0);
            consumer = replicas.client(0);
        }

        void measure() {
            inlet.open(consumer, queue, PREFETCH);
            Outlet outlet = Outlet.to(tally, BODY_BYTES, message -> producer.publish(queue, message));
            Tally.Mark begin = tally.mark();
            outlet.fast(effort.seconds(4), Integer.MAX_VALUE, UNRECEIVED_MAX);
            tally.awaitAll(LIMIT);
            perSecond = tally.settledPerSecondSince(begin);
            inlet.takeLatencies();
            outlet.paced(PACE, effort.seconds(4), message -> message);
            tally.awaitAll(LIMIT);
            paced = inlet.takeLatencies();
            consumer.close();
            publishAlone();
            producer.deleteQueue(queue).await().atMost(LIMIT);
            producer.close();
        }

        /** One after the other, with nobody who consumes: each waits for its own commit. */
        private void publishAlone() {
            long end = System.nanoTime() + effort.seconds(2).toNanos();
            OutgoingMessage message = OutgoingMessage.bytes(new byte[BODY_BYTES], Outlet.TYPE);
            while (System.nanoTime() < end) {
                long begin = System.nanoTime();
                producer.publish(queue, message).await().atMost(LIMIT);
                alone.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begin));
            }
        }

        String measured() {
            return Sheet.text(
                    "%,.0f msg/s; at %,d/s end to end p50 / p99 %s ms; a publish by itself %s ms",
                    perSecond, PACE, paced, Inlet.millis(alone));
        }
    }
}
