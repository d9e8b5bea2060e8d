package dev.postrider.benchmarks.features;

import dev.postrider.benchmarks.workload.RandomBodies;
import dev.postrider.client.OutgoingMessage;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Publishes random bodies that carry when they were meant to be sent, and their number. Used by one thread. */
final class Outlet {
    static final String TYPE = "application/octet-stream";

    private static final int UNANSWERED_MAX = 20_000;
    private static final long WAIT_NANOS = 100_000;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Tally tally;
    private final int copies;
    private final RandomBodies bodies;
    private final Function<OutgoingMessage, Uni<String>> target;

    /** @param copies how many messages consumers get of each; they have numbers in a row */
    Outlet(Tally tally, int copies, int bytes, Function<OutgoingMessage, Uni<String>> target) {
        this.tally = tally;
        this.copies = copies;
        this.bodies = new RandomBodies(bytes, copies + bytes);
        this.target = target;
    }

    /** To a queue. */
    static Outlet to(Tally tally, int bytes, Function<OutgoingMessage, Uni<String>> target) {
        return new Outlet(tally, 1, bytes, target);
    }

    /** As fast as publishes are answered, and as copies are taken. Answers how many it published. */
    int fast(Duration limit, int messages, long unreceivedMax) {
        return fast(limit, messages, unreceivedMax, message -> message);
    }

    /** The same for messages that are more than a body. */
    int fast(Duration limit, int messages, long unreceivedMax, UnaryOperator<OutgoingMessage> shape) {
        long end = System.nanoTime() + limit.toNanos();
        for (int i = 0; i < messages; i++) {
            while (tally.unanswered() >= (long) UNANSWERED_MAX * copies || tally.unreceived() >= unreceivedMax) {
                if (System.nanoTime() > end) {
                    return i;
                }
                LockSupport.parkNanos(WAIT_NANOS);
            }
            long now = System.nanoTime();
            if (now > end || !publish(now, shape)) {
                return i;
            }
        }
        return messages;
    }

    /** At a rate, whatever the answers. */
    void paced(double perSecond, Duration limit, UnaryOperator<OutgoingMessage> shape) {
        long begin = System.nanoTime();
        long count = (long) (perSecond * limit.toNanos() / 1e9);
        for (long i = 0; i < count; i++) {
            long intended = begin + (long) (i * 1e9 / perSecond);
            while (System.nanoTime() < intended) {
                LockSupport.parkNanos(Math.min(TICK_NANOS, Math.max(1, intended - System.nanoTime())));
            }
            if (!publish(intended, shape)) {
                return;
            }
        }
    }

    private boolean publish(long intendedNanos, UnaryOperator<OutgoingMessage> shape) {
        long number = tally.numbers(copies);
        if (number < 0) {
            return false;
        }
        tally.attempt(number, copies);
        target.apply(shape.apply(OutgoingMessage.bytes(bodies.next(intendedNanos, number), TYPE)))
                .subscribe()
                .with(id -> tally.stored(number, copies), failure -> tally.refused(copies, failure));
        return true;
    }
}
