package dev.postrider.system.process;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another process does, which nothing announces to us. */
public final class Eventually {
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private Eventually() {}

    /**
     * Polls until {@code condition} is true. An exception of the condition counts as "not yet".
     *
     * @param what completes the sentence "it did not happen in time that ..."
     * @return how long it took
     * @throws AssertionError when {@code limit} has passed, with the last exception as its cause
     */
    public static Duration that(String what, Duration limit, Callable<Boolean> condition) {
        long start = System.nanoTime();
        Exception last = null;
        while (System.nanoTime() - start < limit.toNanos()) {
            try {
                if (condition.call()) {
                    return Duration.ofNanos(System.nanoTime() - start);
                }
                last = null;
            } catch (Exception e) {
                last = e;
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
        throw new AssertionError("It did not happen within " + limit + " that " + what, last);
    }

    /** Polls for the whole of {@code time} that {@code condition} stays true. */
    public static void keeps(String what, Duration time, Callable<Boolean> condition) throws Exception {
        long start = System.nanoTime();
        while (System.nanoTime() - start < time.toNanos()) {
            if (!condition.call()) {
                throw new AssertionError("It was not so for " + time + " that " + what);
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
    }

    /** Lets {@code time} pass while other processes are at work. */
    public static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
