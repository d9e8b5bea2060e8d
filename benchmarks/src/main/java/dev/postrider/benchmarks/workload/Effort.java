package dev.postrider.benchmarks.workload;

import java.time.Duration;

/**
 * How long a workload may take.
 *
 * @param warmUp before anything is measured
 * @param measured how long messages are sent
 * @param backlog how many messages make a backlog
 */
public record Effort(Duration warmUp, Duration measured, int backlog) {

    /** The same, but measured so many times as long. */
    Effort longer(int times) {
        return new Effort(warmUp, measured.multipliedBy(times), backlog);
    }

    /** For figures. */
    public static Effort full() {
        return new Effort(Duration.ofSeconds(4), Duration.ofSeconds(10), 1_000_000);
    }

    /** To let broker and clients compile themselves. */
    public static Effort compiling() {
        return new Effort(Duration.ofSeconds(5), Duration.ofSeconds(20), 100_000);
    }

    /** To see that everything works. */
    public static Effort quick() {
        return new Effort(Duration.ofSeconds(2), Duration.ofSeconds(3), 100_000);
    }
}
