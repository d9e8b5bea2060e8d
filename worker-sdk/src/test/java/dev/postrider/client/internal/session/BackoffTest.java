package dev.postrider.client.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void waitsTwiceAsLongEachTimeUpToTheLongest() {
        Backoff backoff = new Backoff(100, 1_000, () -> 1.0);

        assertThat(new long[] {backoff.next(), backoff.next(), backoff.next(), backoff.next(), backoff.next()})
                .containsExactly(100, 200, 400, 800, 1_000);
    }

    @Test
    void takesAHalfToAllOfIt() {
        Random random = new Random(7);
        for (int i = 0; i < 1_000; i++) {
            assertThat(new Backoff(100, 1_000, random::nextDouble).next()).isBetween(50L, 100L);
        }
    }

    @Test
    void waitsNoLessThanItIsAskedToAndNotForAllTheSameTime() {
        assertThat(new Backoff(100, 1_000, () -> 0.0).next(2_000)).isEqualTo(2_000);
        assertThat(new Backoff(100, 1_000, () -> 1.0).next(2_000)).isEqualTo(4_000);
        assertThat(new Backoff(100, 1_000, () -> 0.0).next(10)).isEqualTo(50);
    }

    @Test
    void beginsAnewAfterASuccess() {
        Backoff backoff = new Backoff(100, 1_000, () -> 1.0);
        backoff.next();
        backoff.next();
        backoff.reset();

        assertThat(backoff.next()).isEqualTo(100);
    }

    @Test
    void staysAtTheLongestForEver() {
        Backoff backoff = new Backoff(100, 5_000, () -> 1.0);
        for (int i = 0; i < 100; i++) {
            backoff.next();
        }
        assertThat(backoff.next()).isEqualTo(5_000);
    }
}
