package dev.postrider.client.internal.session;

import dev.postrider.client.PostriderException;
import dev.postrider.client.internal.wire.Problems;
import dev.postrider.client.internal.wire.SettleCommand;
import dev.postrider.protocol.ProblemCode;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.List;
import java.util.Map;

/**
 * One message to settle, and who waits for it.
 *
 * @param origin what the message came over; what it must go back over
 */
public record PendingSettle(SettleCommand command, String receipt, Object origin, UniEmitter<? super Void> waiting) {

    void expired() {
        waiting.fail(PostriderException.of(
                ProblemCode.RECEIPT_EXPIRED, "The connection that the message came over is lost"));
    }

    /** Tells all of a frame what became of them. */
    public static void settled(List<PendingSettle> batch, Map<String, String> failed) {
        for (PendingSettle pending : batch) {
            String code = failed.get(pending.receipt);
            if (code == null) {
                pending.waiting.complete(null);
            } else {
                pending.waiting.fail(Problems.ofReceipt(code));
            }
        }
    }

    /** Tells all of a frame that it failed. */
    public static void failed(List<PendingSettle> batch, Throwable problem) {
        batch.forEach(pending -> pending.waiting.fail(problem));
    }
}
