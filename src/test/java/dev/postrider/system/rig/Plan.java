package dev.postrider.system.rig;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;

/** Faults drawn from a seed: the same seed and the same kinds give the same faults in the same order. */
public final class Plan {
    private final SplittableRandom random;
    private final List<FaultKind> kinds;
    private final int brokers;
    private final List<FaultKind> left = new ArrayList<>();

    /**
     * One fault.
     *
     * @param broker whom it hits, if it hits one
     * @param time how long it lasts
     * @param calm how long to wait before it
     */
    public record Step(FaultKind kind, int broker, Duration time, Duration calm) {
        @Override
        public String toString() {
            String whom = kind.scope() == FaultKind.Scope.BROKER || kind.isPair() ? " (broker " + broker + ")" : "";
            return kind.title() + whom + " for " + time.toMillis() + " ms";
        }
    }

    public Plan(long seed, Collection<FaultKind> kinds, int brokers) {
        this.random = new SplittableRandom(seed);
        this.kinds = List.copyOf(kinds);
        this.brokers = brokers;
    }

    /** The next fault. Each kind comes once before any comes again. */
    public Step next() {
        if (left.isEmpty()) {
            left.addAll(kinds);
        }
        FaultKind kind = left.remove(random.nextInt(left.size()));
        return new Step(
                kind,
                random.nextInt(brokers),
                Duration.ofMillis(random.nextInt(kind.shortestMillis(), kind.longestMillis() + 1)),
                Duration.ofMillis(random.nextInt(1_500)));
    }
}
