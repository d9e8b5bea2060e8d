package dev.postrider.benchmarks.broker;

import java.util.concurrent.locks.LockSupport;

/** A thread of a consumer that asks for messages again and again. */
final class Polling implements AutoCloseable {
    private static final long CLOSE_MILLIS = 10_000;

    private final Turn turn;
    private final Deliveries deliveries;
    private final long idleNanos;
    private final Thread thread;
    private volatile boolean stopped;

    /**
     * Starts it.
     *
     * @param idleNanos how long to wait after a turn that found nothing
     */
    Polling(Turn turn, Deliveries deliveries, long idleNanos) {
        this.turn = turn;
        this.deliveries = deliveries;
        this.idleNanos = idleNanos;
        this.thread = new Thread(this::run, "polling-consumer");
        thread.setDaemon(true);
        thread.start();
    }

    /** Takes messages, hands them over and settles what came before. */
    interface Turn {
        /** True if there were messages. */
        boolean take() throws Exception;
    }

    private void run() {
        try {
            while (!stopped) {
                if (!turn.take()) {
                    LockSupport.parkNanos(idleNanos);
                }
            }
        } catch (Exception e) {
            if (!stopped) {
                deliveries.failed(e);
            }
        }
    }

    /** Ends it after its current turn. */
    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
