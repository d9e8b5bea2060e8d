package dev.postrider.benchmarks.broker;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Acknowledges a channel's deliveries: each alone, or those of the last milliseconds together. AMQP does not answer
 * an acknowledgement, so one that was sent counts as settled.
 */
final class Acknowledging implements AutoCloseable {
    private static final int BATCH = 200;
    private static final long LINGER_MILLIS = 5;

    private final Channel channel;
    private final boolean alone;
    private final Deliveries deliveries;
    private final ScheduledExecutorService lingering = Executors.newSingleThreadScheduledExecutor();
    private long last;
    private int unsettled;

    Acknowledging(Channel channel, boolean alone, Deliveries deliveries) {
        this.channel = channel;
        this.alone = alone;
        this.deliveries = deliveries;
        if (!alone) {
            var unused =
                    lingering.scheduleWithFixedDelay(this::settle, LINGER_MILLIS, LINGER_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    synchronized void done(long tag) {
        last = tag;
        unsettled++;
        if (alone || unsettled == BATCH) {
            settle();
        }
    }

    private synchronized void settle() {
        if (unsettled == 0) {
            return;
        }
        try {
            channel.basicAck(last, !alone);
            deliveries.settled(unsettled);
        } catch (IOException e) {
            deliveries.failed(e);
        }
        unsettled = 0;
    }

    @Override
    public void close() {
        settle();
        lingering.shutdownNow();
    }
}
