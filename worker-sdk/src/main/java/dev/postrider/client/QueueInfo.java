package dev.postrider.client;

import java.time.Duration;
import java.time.Instant;

/**
 * A queue as the broker answers it.
 *
 * @param settings all of them, defaults included
 * @param stats summed over all replicas, at most a second old
 */
public record QueueInfo(String name, QueueOptions settings, boolean paused, Instant createdAt, Stats stats) {

    /**
     * A queue's figures.
     *
     * @param oldestReadyAge zero if nothing is ready
     */
    public record Stats(
            long ready,
            long inFlight,
            long scheduled,
            long deadLettered,
            long bytes,
            Duration oldestReadyAge,
            int consumers) {}
}
