package dev.postrider.benchmarks.features;

import dev.postrider.client.PostriderClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A topic with ten queues, consumers of each at three brokers, and one of these killed every five seconds. */
final class KilledFanOutPart implements Part {
    private static final int BROKERS = 3;
    private static final int QUEUES = 10;
    private static final int BODY_BYTES = 100;
    private static final int PREFETCH = 500;
    /** Publishes a second: less than the machine can do beside brokers that start. */
    private static final int PACE = 1_000;

    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(60);
    private static final String TOPIC = "news";

    @Override
    public String name() {
        return "fan-out-killed";
    }

    @Override
    public void run(Effort effort, Sheet sheet) throws IOException {
        Duration length = effort.secondsWithKills(40);
        try (Replicas replicas = Replicas.start(BROKERS)) {
            PostriderClient producer = replicas.clientOfAll();
            List<String> queues = FanOutPart.subscribed(producer, TOPIC, QUEUES);
            Tally tally = new Tally();
            Inlet inlet = new Inlet(tally);
            Silence receipts = new Silence();
            for (int i = 0; i < BROKERS; i++) {
                PostriderClient consumer = replicas.client(i);
                for (int queue = 0; queue < QUEUES; queue++) {
                    int copy = queue;
                    Inlet.subscribe(consumer, queues.get(queue), PREFETCH, message -> {
                        receipts.broken();
                        inlet.take(message, copy);
                    });
                }
            }
            Silence answers = new Silence();
            Outlet outlet = new Outlet(tally, QUEUES, BODY_BYTES, message -> producer.publishToTopic(TOPIC, message)
                    .onItem()
                    .invoke(answers::broken));
            String what;
            answers.broken();
            receipts.broken();
            try (Killer killer = new Killer(replicas, broker -> {})) {
                outlet.paced(PACE, length, message -> message);
                what = Sheet.text("%d queues, %d kills in %d s", QUEUES, killer.kills(), length.toSeconds());
            }
            tally.awaitAnswers(DRAIN_LIMIT);
            double perSecond = (double) tally.stored() / QUEUES / length.toSeconds();
            double silent = receipts.longestSeconds();
            tally.awaitAll(DRAIN_LIMIT);
            String measured = Sheet.text(
                    "%,.0f publishes/s of %,d; longest without an answer %.2f s, without a receipt %.2f s;"
                            + " p50 / p99 %s ms",
                    perSecond, PACE, answers.longestSeconds(), silent, inlet.takeLatencies());
            sheet.row(name(), what, measured, tally);
        }
    }

    /**
     * The longest time in which something did not happen, between its first and its last time. Safe for any thread.
     */
    private static final class Silence {
        private final AtomicLong lastNanos = new AtomicLong();
        private final AtomicLong longestNanos = new AtomicLong();

        void broken() {
            long now = System.nanoTime();
            long last = lastNanos.getAndAccumulate(now, (before, next) -> before == 0 ? next : Math.max(before, next));
            if (last != 0) {
                longestNanos.accumulateAndGet(now - last, Math::max);
            }
        }

        double longestSeconds() {
            return longestNanos.get() / 1e9;
        }
    }
}
