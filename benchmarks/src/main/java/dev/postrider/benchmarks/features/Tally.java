package dev.postrider.benchmarks.features;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * What was published in one case and what became of it, message by message, by their numbers. Safe for any thread.
 */
final class Tally {
    /** Numbers are less than this. */
    static final int MESSAGES_MAX = 1 << 24;

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final AtomicLong next = new AtomicLong();
    private final Bits attempted = new Bits();
    private final Bits stored = new Bits();
    private final Bits received = new Bits();
    private final LongAdder invented = new LongAdder();
    private final LongAdder repeated = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder settled = new LongAdder();
    private final LongAdder unsettled = new LongAdder();
    private volatile long settledNanos = System.nanoTime();

    /** A bit for each number. */
    private static final class Bits {
        private final AtomicLongArray words = new AtomicLongArray(MESSAGES_MAX / Long.SIZE);
        private final LongAdder count = new LongAdder();

        /** False if it was there. */
        boolean add(long number) {
            long bit = 1L << number;
            boolean isNew = (words.getAndUpdate((int) (number / Long.SIZE), word -> word | bit) & bit) == 0;
            if (isNew) {
                count.increment();
            }
            return isNew;
        }

        boolean has(long number) {
            return (words.get((int) (number / Long.SIZE)) & 1L << number) != 0;
        }
    }

    /** A moment, and how many were settled by then. */
    record Mark(long nanos, long settled) {}

    Mark mark() {
        return new Mark(System.nanoTime(), settled.sum());
    }

    /** So many numbers in a row that nobody has; -1 if there are no more. */
    long numbers(int count) {
        long first = next.getAndAdd(count);
        return first + count > MESSAGES_MAX ? -1 : first;
    }

    /** These are about to be published. */
    void attempt(long first, int count) {
        for (long number = first; number < first + count; number++) {
            attempted.add(number);
        }
    }

    /** The broker said that it has stored these. */
    void stored(long first, int count) {
        for (long number = first; number < first + count; number++) {
            stored.add(number);
        }
    }

    /** The broker did not say that it has stored these: they may come, or not. */
    void refused(int count, Throwable cause) {
        if (refused.sum() == 0) {
            System.err.println("The first refusal of this case: " + cause);
        }
        refused.add(count);
    }

    /** A consumer got this one; false if not for the first time. */
    boolean received(long number) {
        if (number < 0 || number >= MESSAGES_MAX || !attempted.has(number)) {
            invented.increment();
            return false;
        }
        if (received.add(number)) {
            return true;
        }
        repeated.increment();
        return false;
    }

    /** The broker said that one is settled. */
    void settled() {
        settled.increment();
        settledNanos = System.nanoTime();
    }

    /** The broker did not say so: it may be settled, or come again. */
    void unsettled() {
        unsettled.increment();
    }

    long unanswered() {
        return attempted.count.sum() - stored.count.sum() - refused.sum();
    }

    /** Those that may still come. */
    long unreceived() {
        return attempted.count.sum() - refused.sum() - received.count.sum();
    }

    long stored() {
        return stored.count.sum();
    }

    /** Different ones. */
    long received() {
        return received.count.sum();
    }

    long invented() {
        return invented.sum();
    }

    long repeated() {
        return repeated.sum();
    }

    long refused() {
        return refused.sum();
    }

    /** Those that were stored and did not come yet. */
    long lost() {
        long lost = 0;
        for (int i = 0; i < MESSAGES_MAX / Long.SIZE; i++) {
            lost += Long.bitCount(stored.words.get(i) & ~received.words.get(i));
        }
        return lost;
    }

    /** Messages settled a second, from a moment to the last settlement. */
    double settledPerSecondSince(Mark mark) {
        return (settled.sum() - mark.settled()) * 1e9 / Math.max(1, settledNanos - mark.nanos());
    }

    /** Waits until every publish was answered. */
    void awaitAnswers(Duration limit) {
        await(limit, () -> unanswered() <= 0);
    }

    /** Waits until all that was stored has come and the settlements were answered, or the time is up. */
    void awaitAll(Duration limit) {
        await(limit, () -> unanswered() <= 0 && settled.sum() + unsettled.sum() >= received() && lost() == 0);
    }

    private static void await(Duration limit, BooleanSupplier done) {
        long end = System.nanoTime() + limit.toNanos();
        while (!done.getAsBoolean() && System.nanoTime() < end) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
