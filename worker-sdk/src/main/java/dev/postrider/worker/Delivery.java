package dev.postrider.worker;

import dev.postrider.client.ReceivedMessage;

/**
 * A message while a worker handles it. The worker settles it and keeps its lease; handlers only read. Safe for any
 * thread.
 */
public final class Delivery {
    private final ReceivedMessage message;
    private final long startedNanos;
    private volatile boolean leaseLost;

    Delivery(ReceivedMessage message, long startedNanos) {
        this.message = message;
        this.startedNanos = startedNanos;
    }

    /** The message itself. To settle it by hand takes it away from the worker. */
    public ReceivedMessage message() {
        return message;
    }

    public String id() {
        return message.id();
    }

    public String queue() {
        return message.queue();
    }

    /** 1 for the first handing-out. */
    public int attempt() {
        return message.attempt();
    }

    /**
     * True once the message belongs to nobody or somebody else: what the handler does from now on will be done again.
     * Long handlers should look now and then.
     */
    public boolean isLeaseLost() {
        return leaseLost;
    }

    void loseLease() {
        leaseLost = true;
    }

    long startedNanos() {
        return startedNanos;
    }

    @Override
    public String toString() {
        return message.toString();
    }
}
