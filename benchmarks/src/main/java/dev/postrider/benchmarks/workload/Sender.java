package dev.postrider.benchmarks.workload;

import dev.postrider.benchmarks.broker.Answers;
import dev.postrider.benchmarks.broker.Connection;
import dev.postrider.benchmarks.broker.Producer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Feeds one producer, within a window of unanswered publishes. Its methods are called by one thread at a time. */
final class Sender {
    /** Enough to keep every broker's client busy while its answers are on their way. */
    private static final int WINDOW_MESSAGES = 16_384;

    private static final long WINDOW_BYTES = 8 << 20;
    /** An open loop does not wait for answers, but a broker this far behind is not going to catch up. */
    private static final int PACED_WINDOW = 100_000;

    /** How long after its end an open loop may still be at sending what was due before. */
    private static final long LATE_MAX_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long WAIT_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long AHEAD_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Messages between two looks at what is unsettled. */
    private static final int LOOK_EVERY = 32;

    private final List<String> queues;
    private final Bodies bodies;
    private final long unsettledMax;
    private final Producer producer;
    private final AtomicLong answered = new AtomicLong();
    private volatile Ledger ledger;
    private long handedOver;
    private long id;
    private int step;
    private int turn;

    /**
     * One over a connection of its own.
     *
     * @param unsettledMax how far all senders of a phase may be ahead of its consumers
     */
    Sender(Connection connection, List<String> queues, Bodies bodies, long unsettledMax) {
        this.queues = queues;
        this.bodies = bodies;
        this.unsettledMax = unsettledMax;
        this.producer = connection.producer(bodies.contentType(), new Booking());
    }

    /** The next phase's ids are {@code first}, {@code first + step} and so on. */
    void begin(long first, int stride) {
        id = first;
        step = stride;
    }

    /** Publishes as fast as answers come, until an instant or a number is reached. */
    void send(Ledger into, long endNanos, int messagesMax) {
        ledger = into;
        long now = System.nanoTime();
        int bytes = bodies.next(now, 0).length;
        long window = Math.min(WINDOW_MESSAGES, WINDOW_BYTES / bytes);
        for (int i = 0; i < messagesMax && now < endNanos; i++) {
            if (handedOver - answered.get() >= window) {
                awaitAnswers(window * 3 / 4, endNanos);
            }
            if (i % LOOK_EVERY == 0) {
                awaitSettlements(endNanos);
            }
            now = System.nanoTime();
            publish(now);
        }
    }

    private void awaitAnswers(long unanswered, long endNanos) {
        while (handedOver - answered.get() > unanswered && System.nanoTime() < endNanos) {
            LockSupport.parkNanos(WAIT_NANOS);
        }
    }

    /** Once too far ahead it waits until there is room for more than a trickle. */
    private void awaitSettlements(long endNanos) {
        if (ledger.unsettled() > unsettledMax) {
            while (ledger.unsettled() > unsettledMax / 4 * 3 && System.nanoTime() < endNanos) {
                LockSupport.parkNanos(WAIT_NANOS);
            }
        }
    }

    /** Publishes at even intervals; a message that goes late still carries the instant it was meant for. */
    void pace(Ledger into, long endNanos, double perSecond) {
        ledger = into;
        double interval = 1e9 / perSecond;
        long begun = System.nanoTime();
        long due = begun;
        for (long i = 1; due < endNanos && System.nanoTime() < endNanos + LATE_MAX_NANOS; i++) {
            long ahead = due - System.nanoTime();
            while (ahead > 0) {
                LockSupport.parkNanos(Math.min(ahead, AHEAD_MAX_NANOS));
                ahead = due - System.nanoTime();
            }
            awaitAnswers(PACED_WINDOW, endNanos + LATE_MAX_NANOS);
            publish(due);
            due = begun + (long) (i * interval);
        }
    }

    private void publish(long nanos) {
        byte[] body = bodies.next(nanos, id);
        id += step;
        handedOver++;
        ledger.sent(1);
        producer.publish(queues.get(turn), body);
        turn = turn + 1 < queues.size() ? turn + 1 : 0;
    }

    /** Counts answers for the window and for the phase. */
    private final class Booking implements Answers {

        @Override
        public void stored(int messages) {
            answered.addAndGet(messages);
            ledger.stored(messages);
        }

        @Override
        public void failed(int messages, Throwable cause) {
            answered.addAndGet(messages);
            ledger.notStored(messages, cause);
        }
    }
}
