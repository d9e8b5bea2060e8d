package dev.postrider.outbox;

import java.time.Duration;

/**
 * The bounds of a relay.
 *
 * @param batchRecords rows in one transaction
 * @param batchBytes payload in one transaction; a single row may be larger
 * @param pollInterval the longest time that a row waits unnoticed
 * @param attemptsMax refusals of one record until it is parked
 * @param backoff pauses when the broker or the database is away, and for a queue that takes nothing
 * @param retry pauses between the attempts of a record that was refused
 * @param transactionTimeout after which the database ends the transaction of a relay that hangs, and frees its rows
 */
record RelaySettings(
        int batchRecords,
        long batchBytes,
        Duration pollInterval,
        int attemptsMax,
        Range backoff,
        Range retry,
        Duration transactionTimeout) {

    /** All but the batch's bytes (half of what the broker takes, for the sake of base64) are guessed. */
    static final RelaySettings DEFAULT = new RelaySettings(
            500,
            8L << 20,
            Duration.ofSeconds(1),
            8,
            new Range(Duration.ofMillis(200), Duration.ofSeconds(10)),
            new Range(Duration.ofSeconds(1), Duration.ofMinutes(5)),
            Duration.ofMinutes(2));

    /** From the first pause, doubled each time, to the longest one. */
    record Range(Duration first, Duration longest) {
        Range {
            if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
                throw new IllegalArgumentException("Not a range of pauses: " + first + " to " + longest);
            }
        }

        /** The pause before attempt {@code failures + 1}, without jitter. */
        Duration after(int failures) {
            int doublings = Math.min(Math.max(failures - 1, 0), 30);
            long millis = first.toMillis();
            long pause = millis > longest.toMillis() >> doublings ? longest.toMillis() : millis << doublings;
            return Duration.ofMillis(pause);
        }
    }

    RelaySettings {
        if (batchRecords < 1 || batchBytes < 1 || attemptsMax < 1) {
            throw new IllegalArgumentException("batchRecords, batchBytes and attemptsMax are positive");
        }
        if (pollInterval.toMillis() < 1 || transactionTimeout.toMillis() < 1) {
            throw new IllegalArgumentException("pollInterval and transactionTimeout are positive");
        }
    }
}
