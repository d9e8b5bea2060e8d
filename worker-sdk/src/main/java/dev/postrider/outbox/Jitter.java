package dev.postrider.outbox;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Spreads pauses over the upper half of their length, so that relays that failed together do not return together. */
final class Jitter {
    private final RandomGenerator random;

    Jitter(RandomGenerator random) {
        this.random = random;
    }

    Duration spread(Duration pause) {
        long millis = pause.toMillis();
        return Duration.ofMillis(millis - random.nextLong(millis / 2 + 1));
    }
}
