package dev.postrider.broker.transport;

import dev.postrider.broker.BrokerException;
import dev.postrider.protocol.ProblemCode;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Bounds the bytes of all publishes that have been read and not yet stored, and apart from them those of publishes
 * that are still arriving: who sends slowly must not take the room of those who are done. Safe for any thread.
 */
public final class PublishBudget {
    private final long bytesMax;
    private final AtomicLong bytesTaken = new AtomicLong();
    private final AtomicReference<Object> first = new AtomicReference<>();
    private final PublishBudget arriving;

    public PublishBudget(long bytesMax) {
        this(bytesMax, new PublishBudget(bytesMax, null));
    }

    private PublishBudget(long bytesMax, PublishBudget arriving) {
        this.bytesMax = bytesMax;
        this.arriving = arriving;
    }

    /** The budget, of the same size, of what has not come whole. */
    public PublishBudget arriving() {
        return arriving;
    }

    /**
     * Takes {@code bytes}, 0 up, which must be given back; false, and nothing is taken, if there are too few left.
     */
    public boolean tryTake(long bytes) {
        if (bytesTaken.addAndGet(bytes) <= bytesMax) {
            return true;
        }
        bytesTaken.addAndGet(-bytes);
        return false;
    }

    /**
     * Takes {@code bytes} for somebody who needs more later and keeps what he has until then. Several of those could
     * wait for each other for ever; so one at a time goes first, for whom room for {@code neededAtMost} is left.
     *
     * @param who must say {@link #hasAll} or give everything up in the end
     * @return false, and nothing is taken, if there are too few left for now
     */
    public boolean tryTakePart(long bytes, long neededAtMost, Object who) {
        long others = Math.max(0, bytesMax - neededAtMost);
        if (bytesTaken.addAndGet(bytes) <= others) {
            return true;
        }
        bytesTaken.addAndGet(-bytes);
        return (first.get() == who || first.compareAndSet(null, who)) && tryTake(bytes);
    }

    /** {@code who} needs no more: if he went first, another may. */
    public void hasAll(Object who) {
        first.compareAndSet(who, null);
    }

    /**
     * Takes {@code bytes}, which must be given back.
     *
     * @throws BrokerException {@code overloaded} if there are too few left
     */
    public void take(long bytes) {
        if (!tryTake(bytes)) {
            throw new BrokerException(
                    ProblemCode.OVERLOADED, "The broker is storing as much as it may hold; publish again in a moment");
        }
    }

    /** Gives back what was taken. */
    public void giveBack(long bytes) {
        bytesTaken.addAndGet(-bytes);
    }

    /** True when more than half is taken, or some wait for others: who holds a part of it for long should not. */
    public boolean isTight() {
        return first.get() != null || bytesTaken.get() > bytesMax / 2;
    }

    /** What is taken now. */
    public long bytesTaken() {
        return bytesTaken.get();
    }
}
