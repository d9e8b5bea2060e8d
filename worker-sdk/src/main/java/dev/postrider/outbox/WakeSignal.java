package dev.postrider.outbox;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Ends the pause of a loop early. A wake that comes while the loop works ends its next pause. Thread-safe. */
final class WakeSignal {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean woken;
    private boolean stopped;

    void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isStopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the time is over, somebody wakes, or it is stopped.
     *
     * @param wakeable false for a pause that only a stop ends
     */
    void pause(Duration time, boolean wakeable) throws InterruptedException {
        long left = time.toNanos();
        lock.lock();
        try {
            while (left > 0 && !stopped && !(wakeable && woken)) {
                left = changed.awaitNanos(left);
            }
            woken = false;
        } finally {
            lock.unlock();
        }
    }
}
