package dev.postrider.testbroker;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for something to become true; the one place where tests poll. */
public final class Eventually {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long LOOK_NANOS = 2_000_000;

    private Eventually() {}

    /** Returns once it is so; fails after ten seconds. */
    public static void until(String what, BooleanSupplier isSo) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + LIMIT.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** True if it stays so for that long. */
    public static boolean throughout(Duration time, BooleanSupplier isSo) {
        long deadline = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - deadline < 0) {
            if (!isSo.getAsBoolean()) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return true;
    }
}
