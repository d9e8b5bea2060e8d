package dev.postrider.benchmarks.features;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Judges what consumers get of an ordered queue: each key has numbers from 0 up, and one message of it may be held
 * at a time. A message that comes again instead of the next one is right. Safe for any thread.
 */
final class KeyOrder {
    private final Key[] keys;
    private final LongAdder violations = new LongAdder();
    private final LongAdder heldTwice = new LongAdder();
    private final AtomicLong longestPauseNanos = new AtomicLong();
    /** Of each key, how many were received for the first time. */
    private final AtomicIntegerArray received;

    KeyOrder(int count) {
        keys = new Key[count];
        for (int i = 0; i < count; i++) {
            keys[i] = new Key();
        }
        received = new AtomicIntegerArray(count);
    }

    /** Guarded by itself. */
    private static final class Key {
        private int last = -1;
        private long movedNanos;
        private int holder = -1;
        private int held = -1;
    }

    /**
     * A consumer got a message of a key.
     *
     * @param holder stands for one life of one consumer
     * @param sentNanos when it was published; the pause of a key runs from there, or from its message before
     */
    void taken(int key, int number, int holder, long sentNanos, long nanos) {
        Key state = keys[key];
        synchronized (state) {
            if (state.holder >= 0 && state.holder != holder) {
                heldTwice.increment();
            }
            state.holder = holder;
            state.held = number;
            if (number == state.last + 1) {
                long pause = nanos - Math.max(sentNanos, state.movedNanos);
                longestPauseNanos.accumulateAndGet(pause, Math::max);
                state.last = number;
                received.incrementAndGet(key);
            } else if (number != state.last) {
                violations.increment();
                state.last = Math.max(state.last, number);
            }
            state.movedNanos = nanos;
        }
    }

    /** It is about to be settled, or its holder is dead. */
    void released(int key, int number, int holder) {
        Key state = keys[key];
        synchronized (state) {
            if (state.holder == holder && state.held == number) {
                state.holder = -1;
            }
        }
    }

    /** Different messages of the key that came. */
    int received(int key) {
        return received.get(key);
    }

    long violations() {
        return violations.sum();
    }

    long heldTwice() {
        return heldTwice.sum();
    }

    /** Pauses count from now on. */
    void forgetPauses() {
        longestPauseNanos.set(0);
    }

    long longestPauseNanos() {
        return longestPauseNanos.get();
    }
}
