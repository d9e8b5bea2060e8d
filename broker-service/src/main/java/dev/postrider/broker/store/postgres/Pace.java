package dev.postrider.broker.store.postgres;

import java.util.concurrent.TimeUnit;

/**
 * Keeps a look that may become expensive at a small share of all time: after one that took long the next is due only
 * after a multiple of that. Thread-safe.
 */
final class Pace {
    private final int restFactor;
    private final long restNanosMax;
    private long nextNanos;
    private boolean begun;

    /**
     * A pace that lets the first look be due at once.
     *
     * @param restFactor how many times as long as the look the rest is
     * @param restMillisMax the longest rest
     */
    Pace(int restFactor, long restMillisMax) {
        this.restFactor = restFactor;
        this.restNanosMax = TimeUnit.MILLISECONDS.toNanos(restMillisMax);
    }

    synchronized boolean isDue(long nowNanos) {
        return !begun || nowNanos - nextNanos >= 0;
    }

    /** A look has ended, well or not. */
    synchronized void looked(long nowNanos, long tookNanos) {
        begun = true;
        nextNanos = nowNanos + Math.min(restNanosMax, restFactor * tookNanos);
    }
}
