package dev.postrider.benchmarks.workload;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** What was sent in one phase of a workload and what became of it, message by message. Safe for any thread. */
final class Ledger {
    /** A phase ends when so many messages were sent, whatever time is left. */
    static final int MESSAGES_MAX = 1 << 24;

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** Nothing happened for so long: what is missing will not come. */
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final AtomicLongArray seen = new AtomicLongArray(MESSAGES_MAX / Long.SIZE);
    private final LongAdder sent = new LongAdder();
    private final LongAdder stored = new LongAdder();
    private final LongAdder unsent = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder settled = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final long begunNanos = System.nanoTime();
    private volatile long storedNanos = begunNanos;
    private volatile long receivedNanos = Long.MAX_VALUE;
    private volatile long settledNanos = begunNanos;
    private volatile Throwable firstFailure;

    void sent(int messages) {
        sent.add(messages);
    }

    void stored(int messages) {
        stored.add(messages);
        storedNanos = System.nanoTime();
    }

    void notStored(int messages, Throwable cause) {
        unsent.add(messages);
        failed(messages, cause);
    }

    void received(long number) {
        if (receivedNanos == Long.MAX_VALUE) {
            receivedNanos = System.nanoTime();
        }
        int word = (int) (number / Long.SIZE);
        long bit = 1L << number;
        long before = seen.get(word);
        while ((before & bit) == 0) {
            if (seen.compareAndSet(word, before, before | bit)) {
                received.increment();
                return;
            }
            before = seen.get(word);
        }
        duplicates.increment();
    }

    void settled(int messages) {
        settled.add(messages);
        settledNanos = System.nanoTime();
    }

    void failed(int count, Throwable cause) {
        failed.add(count);
        if (firstFailure == null) {
            firstFailure = cause;
            System.err.println("The first failure of this phase: " + cause);
        }
    }

    /** Publishes that were not answered yet. */
    long unanswered() {
        return sent.sum() - stored.sum() - unsent.sum();
    }

    /** Messages whose settlement was answered. */
    long settled() {
        return settled.sum();
    }

    /** Messages that were sent and are not settled yet. */
    long unsettled() {
        return sent.sum() - settled.sum();
    }

    /** Waits until every publish is answered, as long as there is progress; false if some are not. */
    boolean awaitStored(Duration limit) {
        return await(limit, true);
    }

    /** Waits until what was stored came and was settled, as long as there is progress; false if some did not. */
    boolean awaitSettled(Duration limit) {
        return await(limit, false);
    }

    private boolean await(Duration limit, boolean onlyStored) {
        long end = System.nanoTime() + limit.toNanos();
        long progress = 0;
        long progressNanos = System.nanoTime();
        while (!(onlyStored ? unanswered() <= 0 : isDone())) {
            long now = System.nanoTime();
            long sum = stored.sum() + unsent.sum() + received.sum() + settled.sum();
            if (sum != progress) {
                progress = sum;
                progressNanos = now;
            }
            if (now > end || now - progressNanos > SILENCE_NANOS) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }

    private boolean isDone() {
        long expected = sent.sum() - unsent.sum();
        return unanswered() <= 0 && received.sum() >= expected && settled.sum() >= expected;
    }

    /** Messages stored a second, from the first publish to the last answer. */
    double storedPerSecond() {
        return perSecond(stored.sum(), begunNanos, storedNanos);
    }

    /** Messages settled a second, from the first publish to the last settlement. */
    double settledPerSecond() {
        return settledPerSecondSince(begunNanos);
    }

    /** Messages settled a second, from the first receipt to the last settlement. */
    double drainedPerSecond() {
        return settledPerSecondSince(receivedNanos);
    }

    private double settledPerSecondSince(long nanos) {
        return perSecond(Math.min(settled.sum(), received.sum()), nanos, settledNanos);
    }

    private static double perSecond(long messages, long fromNanos, long toNanos) {
        return messages * 1e9 / Math.max(1, toNanos - fromNanos);
    }

    /** Adds what has to be 0 in every result. */
    void addFaults(Map<String, Double> figures) {
        figures.put(Workload.MISSING, (double) Math.max(0, sent.sum() - unsent.sum() - received.sum()));
        figures.put(Workload.DUPLICATES, (double) duplicates.sum());
        figures.put(Workload.FAILED, (double) failed.sum());
    }
}
