package dev.postrider.client.internal.session;

import dev.postrider.client.PostriderException;
import dev.postrider.client.internal.wire.Problems;
import dev.postrider.client.internal.wire.SettleCommand;
import dev.postrider.client.internal.wire.SettleFailures;
import dev.postrider.client.internal.wire.WireMessage;
import dev.postrider.protocol.ProblemCode;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.List;

/**
 * One message to settle, and who waits for it.
 *
 * @param message as it was handed out
 * @param deadlineNanos until when it may be sent
 * @param repeated it was sent before, and nobody knows what became of it
 */
public record PendingSettle(
        SettleCommand command,
        WireMessage message,
        long deadlineNanos,
        boolean repeated,
        UniEmitter<? super Void> waiting) {

    /** The same, to be sent once more after nobody knows what became of it. */
    public PendingSettle again() {
        return new PendingSettle(command, message, deadlineNanos, true, waiting);
    }

    /** Tells all of a frame what became of them. */
    public static void settled(List<PendingSettle> batch, SettleFailures failed) {
        for (int i = 0; i < batch.size(); i++) {
            PendingSettle pending = batch.get(i);
            String code = failed.codeOf(i, pending.message);
            if (code == null) {
                pending.waiting.complete(null);
            } else {
                pending.waiting.fail(pending.refusal(code));
            }
        }
    }

    private PostriderException refusal(String code) {
        PostriderException refusal = Problems.ofReceipt(code);
        // The first time may have done it, which ends a receipt too.
        return repeated && refusal.is(ProblemCode.RECEIPT_EXPIRED) ? refusal.withOutcomeUnknown() : refusal;
    }

    /** Tells all of a frame that it failed. */
    public static void failed(List<PendingSettle> batch, Throwable problem) {
        batch.forEach(pending -> pending.waiting.fail(problem));
    }
}
