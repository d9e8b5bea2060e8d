package dev.postrider.benchmarks.broker;

import java.util.ArrayList;
import java.util.List;

/**
 * A producer for clients that store many messages by one call that waits: what is published meanwhile makes the next
 * batch.
 */
final class Batching implements Producer, AutoCloseable {
    private static final long CLOSE_MILLIS = 10_000;

    private final int batchMax;
    private final Store store;
    private final Answers answers;
    private final Thread thread;
    private List<Outgoing> waiting = new ArrayList<>();
    private boolean closed;

    Batching(int batchMax, Store store, Answers answers) {
        this.batchMax = batchMax;
        this.store = store;
        this.answers = answers;
        this.thread = new Thread(this::run, "batching-producer");
        thread.setDaemon(true);
        thread.start();
    }

    /** A message to store. */
    record Outgoing(String queue, byte[] body) {}

    /** Stores a batch; returns when it is durable. */
    interface Store {
        void store(List<Outgoing> batch) throws Exception;
    }

    @Override
    public synchronized void publish(String queue, byte[] body) {
        waiting.add(new Outgoing(queue, body));
        if (waiting.size() == 1) {
            notifyAll();
        }
    }

    private void run() {
        List<Outgoing> taken = take();
        while (!taken.isEmpty()) {
            for (int from = 0; from < taken.size(); from += batchMax) {
                store(taken.subList(from, Math.min(taken.size(), from + batchMax)));
            }
            taken = take();
        }
    }

    private void store(List<Outgoing> batch) {
        try {
            store.store(batch);
            answers.stored(batch.size());
        } catch (Exception e) {
            answers.failed(batch.size(), e);
        }
    }

    /** What waits, as soon as there is something; nothing once closed. */
    private synchronized List<Outgoing> take() {
        try {
            while (waiting.isEmpty() && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
        List<Outgoing> taken = waiting;
        waiting = new ArrayList<>();
        return taken;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
