package dev.postrider.benchmarks.features;

import dev.postrider.client.PostriderClient;
import dev.postrider.client.QueueOptions;
import dev.postrider.client.ReceivedMessage;
import dev.postrider.client.SubscribeOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A tenant sends fifty messages a second and another one a hundred times as many, which is more than the consumer can
 * do: how long the first one's messages take, held against being alone.
 */
final class FairnessPart implements Part {
    private static final int PACE = 50;
    private static final int FLOOD = 100;
    private static final int CAPACITY = 4_000;
    private static final int TURN_MILLIS = 2;
    private static final int BODY_BYTES = 100;
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "fairness";
    }

    @Override
    public void run(Effort effort, Sheet sheet) throws IOException {
        try (Replicas replicas = Replicas.start(1)) {
            measure(replicas, new Setting(true, 100, true), effort, new Sheet(System.err));
            for (int prefetch : new int[] {5_000, 100}) {
                measure(replicas, new Setting(true, prefetch, false), effort, sheet);
                measure(replicas, new Setting(true, prefetch, true), effort, sheet);
            }
            measure(replicas, new Setting(false, 100, true), effort, sheet);
        }
    }

    private record Setting(boolean fair, int prefetch, boolean flood) {
        @Override
        public String toString() {
            String beside = flood ? "flooded " + FLOOD + ":1" : "alone";
            return beside + ", prefetch " + prefetch + (fair ? "" : ", queue not fair");
        }
    }

    private void measure(Replicas replicas, Setting setting, Effort effort, Sheet sheet) {
        String queue = "tenants-" + System.nanoTime();
        QueueOptions options = QueueOptions.defaults();
        replicas.putQueue(queue, setting.fair() ? options.withFairness("headers.tenant") : options);
        PostriderClient producer = replicas.client(0);
        PostriderClient flooding = replicas.client(0);
        PostriderClient consumer = replicas.client(0);
        Tenants tenants = new Tenants();
        ScheduledExecutorService turns = Executors.newSingleThreadScheduledExecutor();
        SteadyConsumer steady = new SteadyConsumer(tenants);
        consumer.subscribe(queue, SubscribeOptions.defaults().withPrefetch(setting.prefetch()))
                .subscribe()
                .withSubscriber(steady);
        var ignored = turns.scheduleAtFixedRate(steady::turn, 0, TURN_MILLIS, TimeUnit.MILLISECONDS);
        Duration length = effort.seconds(8);
        Thread flood =
                new Thread(() -> Outlet.to(tenants.flood, BODY_BYTES, message -> flooding.publish(queue, message))
                        .paced(PACE * FLOOD, length, message -> message.withHeader("tenant", "flood")));
        if (setting.flood()) {
            flood.start();
        }
        Outlet.to(tenants.small, BODY_BYTES, message -> producer.publish(queue, message))
                .paced(PACE, length, message -> message.withHeader("tenant", "small"));
        tenants.small.awaitAll(DRAIN_LIMIT);
        String latencies = tenants.smallInlet.takeLatencies();
        join(flood);
        tenants.flood.awaitAll(DRAIN_LIMIT);
        turns.shutdown();
        String measured = Sheet.text(
                "p50 / p99 %s ms; the flood lost %d, repeated %d of %,d",
                latencies, tenants.flood.lost(), tenants.flood.repeated(), tenants.flood.stored());
        sheet.row(name(), setting.toString(), measured, tenants.small);
        consumer.close();
        flooding.close();
        producer.close();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Each with its own books. */
    private static final class Tenants {
        private final Tally small = new Tally();
        private final Tally flood = new Tally();
        private final Inlet smallInlet = new Inlet(small);
        private final Inlet floodInlet = new Inlet(flood);

        void take(ReceivedMessage message) {
            boolean isFlood = "flood".equals(message.headers().get("tenant"));
            (isFlood ? floodInlet : smallInlet).take(message, 0);
        }
    }

    /** Takes so many a second and no more. */
    private static final class SteadyConsumer implements Flow.Subscriber<ReceivedMessage> {
        private final Tenants tenants;
        private volatile Flow.Subscription subscription;

        SteadyConsumer(Tenants tenants) {
            this.tenants = tenants;
        }

        void turn() {
            if (subscription != null) {
                subscription.request(CAPACITY * TURN_MILLIS / 1_000);
            }
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(ReceivedMessage message) {
            tenants.take(message);
        }

        @Override
        public void onError(Throwable failure) {
            System.err.println("No more of the tenants' queue: " + failure);
        }

        @Override
        public void onComplete() {
            // The client was closed.
        }
    }
}
