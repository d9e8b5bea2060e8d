package dev.postrider.outbox;

import java.time.Instant;
import java.util.Optional;

/** Counts and remembers what a relay met. Thread-safe. */
final class RelayStatus {
    private long published;
    private long parked;
    private Instant failingSince;
    private String lastError;

    synchronized void count(int publishedNow, int parkedNow) {
        published += publishedNow;
        parked += parkedNow;
    }

    synchronized void refused(Exception refusal) {
        lastError = refusal.toString();
    }

    /** True if this is the first failure after a success. */
    synchronized boolean failed(Exception failure) {
        lastError = failure.toString();
        boolean first = failingSince == null;
        if (first) {
            failingSince = Instant.now();
        }
        return first;
    }

    /** True if a failure came before. */
    synchronized boolean recovered() {
        boolean wasFailing = failingSince != null;
        failingSince = null;
        return wasFailing;
    }

    synchronized OutboxRelay.Status read() {
        return new OutboxRelay.Status(
                published, parked, Optional.ofNullable(failingSince), Optional.ofNullable(lastError));
    }
}
