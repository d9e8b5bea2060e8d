package dev.postrider.benchmarks;

import dev.postrider.client.OutgoingMessage;
import dev.postrider.client.PostriderClient;
import dev.postrider.client.QueueOptions;
import dev.postrider.client.ReceivedMessage;
import dev.postrider.client.SubscribeOptions;
import io.smallrye.mutiny.subscription.Cancellable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Publishes at a rate, whatever the answers (an open loop, so that waiting is not left out of the latencies), and
 * consumes with single acks. Latency runs from the intended send to the receipt.
 */
final class SteadyLoad implements AutoCloseable {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LATENCY_MAX_MICROS = TimeUnit.MINUTES.toMicros(10);
    /** Beyond so many unanswered publishes the load waits: it has found the peak. */
    private static final int UNANSWERED_MAX = 20_000;

    private final PostriderClient producer;
    private final String queue;
    private final int bodyBytes;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Cancellable consuming;
    private final Thread publishing;
    private final LongAdder sent = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile Histogram latencies = newHistogram();
    private volatile double perSecond;
    private volatile boolean stopped;

    SteadyLoad(PostriderClient producer, PostriderClient consumer, String queue, int bodyBytes) {
        this.producer = producer;
        this.queue = queue;
        this.bodyBytes = bodyBytes;
        producer.putQueue(queue, QueueOptions.defaults()).await().atMost(Duration.ofSeconds(30));
        this.consuming = consumer.subscribe(queue, SubscribeOptions.defaults().withPrefetch(2_000))
                .subscribe()
                .with(this::receive);
        this.publishing = new Thread(this::publish, "publisher");
        publishing.setDaemon(true);
        publishing.start();
    }

    private static Histogram newHistogram() {
        return new ConcurrentHistogram(LATENCY_MAX_MICROS, 3);
    }

    /** From now on so many messages a second; {@link Double#MAX_VALUE}: as many as are answered. */
    void rate(double messagesPerSecond) {
        perSecond = messagesPerSecond;
    }

    private void publish() {
        long last = System.nanoTime();
        double due = 0;
        while (!stopped) {
            long now = System.nanoTime();
            due = perSecond == Double.MAX_VALUE
                    ? UNANSWERED_MAX
                    : Math.min(perSecond, due + perSecond * (now - last) / 1e9);
            last = now;
            while (due >= 1 && !stopped && sent.sum() - acknowledged.sum() - failed.sum() < UNANSWERED_MAX) {
                due--;
                publishOne(now);
            }
            LockSupport.parkNanos(TICK_NANOS);
        }
    }

    private void publishOne(long intendedNanos) {
        byte[] body = new byte[bodyBytes];
        random.nextBytes(body);
        ByteBuffer.wrap(body).putLong(intendedNanos);
        sent.increment();
        producer.publish(queue, OutgoingMessage.bytes(body, "application/octet-stream"))
                .subscribe()
                .with(id -> acknowledged.increment(), failure -> failed.increment());
    }

    private void receive(ReceivedMessage message) {
        long intendedNanos = ByteBuffer.wrap(message.bytes()).getLong();
        long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - intendedNanos);
        latencies.recordValue(Math.max(0, Math.min(LATENCY_MAX_MICROS, micros)));
        message.ack().subscribe().with(done -> received.increment(), failure -> failed.increment());
    }

    /** What was settled since the start. */
    long settled() {
        return received.sum();
    }

    /** True if messages that were stored wait to be settled. */
    boolean isBehind() {
        return received.sum() < acknowledged.sum();
    }

    /** Publishes and acks that failed since the start. */
    long failures() {
        return failed.sum();
    }

    /** Latencies since the last call, in microseconds. */
    Histogram takeLatencies() {
        Histogram taken = latencies;
        latencies = newHistogram();
        return taken;
    }

    @Override
    public void close() {
        stopped = true;
        consuming.cancel();
    }
}
