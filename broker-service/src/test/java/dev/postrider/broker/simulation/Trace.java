package dev.postrider.broker.simulation;

/** Sums up all that happens in one number, so that two runs can be compared; prints it if asked to. */
final class Trace {
    private static final boolean PRINTED = Boolean.getBoolean("simulation.trace");
    private static final long PRIME = 0x100000001b3L;

    private final Scheduler scheduler;
    private long hash = 0xcbf29ce484222325L;

    Trace(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Takes in a fact; {@code number} has to be the same in every run, {@code subject} is for the reader. */
    void note(String what, long number, Object subject) {
        mix(scheduler.nowMillis());
        mix(what.hashCode());
        mix(number);
        if (PRINTED) {
            System.out.printf("%8d %-18s %s%n", scheduler.nowMillis(), what, subject);
        }
    }

    private void mix(long value) {
        hash = (hash ^ value) * PRIME;
        hash ^= hash >>> 29;
    }

    long hash() {
        return hash;
    }
}
