package dev.postrider.messaging;

import io.smallrye.reactive.messaging.health.HealthReport.HealthReportBuilder;
import java.time.Duration;

/**
 * How one channel fares. It counts as troubled for a while after its last failure rather than until its next success: a
 * queue may have nothing to deliver, and a broker that still refuses says so again within the retry's backoff.
 * Thread-safe.
 */
final class ChannelHealth {
    private final String channel;
    private final long memoryNanos;
    private Throwable lastFailure;
    private long failedAtNanos;
    private Throwable end;

    ChannelHealth(String channel, Duration memory) {
        this.channel = channel;
        this.memoryNanos = memory.toNanos();
    }

    synchronized void working() {
        lastFailure = null;
    }

    synchronized void failing(Throwable failure) {
        lastFailure = failure;
        failedAtNanos = System.nanoTime();
    }

    /** The channel is at its end and will not recover. */
    synchronized void ended(Throwable failure) {
        end = failure;
    }

    synchronized void addReadiness(HealthReportBuilder report) {
        boolean failing = lastFailure != null && System.nanoTime() - failedAtNanos < memoryNanos;
        if (end != null || failing) {
            report.add(channel, false, String.valueOf(end != null ? end : lastFailure));
        } else {
            report.add(channel, true);
        }
    }

    synchronized void addLiveness(HealthReportBuilder report) {
        if (end != null) {
            report.add(channel, false, end.toString());
        } else {
            report.add(channel, true);
        }
    }
}
