package dev.postrider.broker.dispatch;

import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ReceiptSpan;
import io.vertx.core.Future;
import java.util.List;

/**
 * Ends handings-out. Receipts may belong to any replica: those of another one are forwarded to it. Completes when the
 * outcome is committed; a receipt that cannot be settled is in {@link Settled#failed()}, never an error of the
 * whole call. Fails as a whole with {@code queue-not-found}, or {@code unavailable} when the outcome is not known.
 * Safe to call from any thread.
 */
public interface Settler {
    /** Done: the message is gone. */
    Future<Settled> ack(String queue, List<String> receipts);

    /**
     * Failed: back after a delay, or dead-lettered when attempts are used up.
     *
     * @param delayMillis -1: the queue's backoff
     * @param reason for the dead letter; may be null
     */
    Future<Settled> nack(String queue, List<String> receipts, long delayMillis, String reason);

    /** Straight to the dead letters. */
    Future<Settled> deadLetter(String queue, List<String> receipts, String reason);

    /** More time: the lease runs from now. */
    Future<Settled> extend(String queue, List<String> receipts, long leaseMillis);

    /** As above, for receipts alone: a WebSocket's frames do not name the queue. */
    default Future<Settled> ack(List<String> receipts) {
        return ack(null, receipts);
    }

    /**
     * As the others, for receipts of any queue that are not texts; those that cannot be settled are in the answer as
     * texts all the same.
     */
    Future<Settled> settle(Command command, List<ReceiptSpan> receipts);

    /** What is to become of receipts. */
    enum Kind {
        ACK,
        NACK,
        DEAD_LETTER,
        EXTEND
    }

    /**
     * What is to become of receipts.
     *
     * @param millis the delay of a nack (-1: the queue's backoff), the lease of an extension, else 0
     * @param reason may be null
     */
    record Command(Kind kind, long millis, String reason) {}

    /**
     * What became of the receipts.
     *
     * @param settled how many were settled
     * @param failed those that were not
     */
    record Settled(int settled, List<Failed> failed) {}

    /** A receipt that was not settled, and why: {@code receipt-expired} or {@code invalid-receipt}. */
    record Failed(String receipt, ProblemCode code) {}
}
