package dev.postrider.broker.simulation;

import dev.postrider.protocol.Receipt;

/** One handing-out of a message, and all that is known of its end. */
final class HandOut {
    final Published message;
    final String queue;
    final String id;
    final int attempt;
    final Receipt receipt;
    final Session session;
    final long atMillis;
    /** The lease lasts at least until then. */
    long leaseUntilMillis;
    /** A nack or a dead-lettering was asked for, whatever came of it. */
    boolean refused;
    /** How often some end was asked for. */
    int requests;

    /** When its end was confirmed. */
    long endedAtMillis;
    /** Acknowledgements that were sent and not turned down. */
    int acknowledgements;
    /** What the client was told; null: nothing yet. */
    End end;

    /** How a client ends it. */
    enum End {
        ACK,
        NACK,
        DEAD_LETTER
    }

    HandOut(Published message, String queue, String id, int attempt, Receipt receipt, Session session, long atMillis) {
        this.message = message;
        this.queue = queue;
        this.id = id;
        this.attempt = attempt;
        this.receipt = receipt;
        this.session = session;
        this.atMillis = atMillis;
        this.leaseUntilMillis = atMillis + session.leaseMillis;
    }

    /** Names the message over all its handings-out in a queue. */
    String identity() {
        return queue + "/" + id;
    }

    /** For the trace. */
    long number() {
        return receipt.chunkId() + 31L * receipt.index() + 1_009L * receipt.handing() + 100_003L * receipt.brokerId();
    }

    @Override
    public String toString() {
        return (message == null ? "?" : message.name) + " " + identity() + " attempt " + attempt + " to " + session
                + " by " + receipt.brokerId() + " record " + receipt.chunkId() + "/" + receipt.index() + " handing "
                + receipt.handing() + " at " + atMillis;
    }
}
