package dev.postrider.benchmarks.features;

import dev.postrider.benchmarks.workload.Bodies;
import dev.postrider.benchmarks.workload.RandomBodies;
import dev.postrider.client.PostriderClient;
import dev.postrider.client.ReceivedMessage;
import dev.postrider.client.SubscribeOptions;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Acknowledges at once what comes, and books it. Safe for any thread. */
final class Inlet {
    private static final long MICROS_MAX = TimeUnit.MINUTES.toMicros(10);
    private static final Bodies READER = new RandomBodies(0, 0);

    private final Tally tally;
    private volatile Histogram micros = newHistogram();

    Inlet(Tally tally) {
        this.tally = tally;
    }

    private static Histogram newHistogram() {
        return new ConcurrentHistogram(MICROS_MAX, 3);
    }

    /** What a body carries; it may be read by any thread. */
    static Bodies.Stamp stamp(ReceivedMessage message) {
        return READER.stamp(message.bytes());
    }

    /** Takes all of a queue. */
    Cancellable open(PostriderClient client, String queue, int prefetch) {
        return open(client, queue, prefetch, 0);
    }

    /** The same of one of several queues that get a copy each. */
    Cancellable open(PostriderClient client, String queue, int prefetch, int copy) {
        return subscribe(client, queue, prefetch, message -> take(message, copy));
    }

    static Cancellable subscribe(PostriderClient client, String queue, int prefetch, Consumer<ReceivedMessage> taker) {
        return client.subscribe(queue, SubscribeOptions.defaults().withPrefetch(prefetch))
                .subscribe()
                .with(taker, failure -> System.err.println("No more of " + queue + ": " + failure));
    }

    void take(ReceivedMessage message, int copy) {
        Bodies.Stamp stamp = stamp(message);
        if (tally.received(stamp.id() + copy)) {
            long elapsed = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - stamp.nanos());
            micros.recordValue(Math.max(0, Math.min(MICROS_MAX, elapsed)));
        }
        // One that cannot be acknowledged comes again and is counted then.
        message.ack().subscribe().with(done -> tally.settled(), failure -> tally.unsettled());
    }

    /** From the intended send to the receipt, of what came since the last call. */
    String takeLatencies() {
        Histogram taken = micros;
        micros = newHistogram();
        return millis(taken);
    }

    /** Microseconds as {@code p50 / p99} in milliseconds. */
    static String millis(Histogram micros) {
        return Sheet.text(
                "%.1f / %.1f", micros.getValueAtPercentile(50) / 1_000.0, micros.getValueAtPercentile(99) / 1_000.0);
    }
}
