package dev.postrider.broker.simulation;

import java.util.List;
import java.util.SplittableRandom;

/** Chance from one seed, with the questions that a simulation asks of it. */
final class Chance {
    private final SplittableRandom random;

    Chance(long seed) {
        // Neighbouring seeds must not make neighbouring worlds.
        random = new SplittableRandom(seed * 0x9e3779b97f4a7c15L).split();
    }

    private Chance(SplittableRandom random) {
        this.random = random;
    }

    /** Another source, so that what one part draws does not change what another part gets. */
    Chance split() {
        return new Chance(random.split());
    }

    SplittableRandom source() {
        return random.split();
    }

    boolean happens(double probability) {
        return random.nextDouble() < probability;
    }

    /** {@code from} to {@code to}, both included. */
    int between(int from, int to) {
        return from + random.nextInt(to - from + 1);
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** A delay on the network: short, now and then long. */
    long hop() {
        return random.nextInt(20) == 0 ? random.nextInt(60) : random.nextInt(3);
    }
}
