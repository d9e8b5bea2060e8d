package dev.postrider.client.internal.session;

import dev.postrider.client.PostriderException;
import dev.postrider.client.internal.wire.SettleFailures;
import java.util.List;

/** Waits for the broker's answer to one frame; exactly one of its methods is called, once. */
abstract class Reply {
    final long deadlineNanos;

    Reply(long deadlineNanos) {
        this.deadlineNanos = deadlineNanos;
    }

    void onPublished(List<String> ids) {
        throw new IllegalStateException("published " + ids + " answers " + this);
    }

    void onSettled(SettleFailures failed) {
        throw new IllegalStateException("settled answers " + this);
    }

    abstract void onRefused(PostriderException problem);

    /**
     * The link was lost, or the deadline has passed.
     *
     * @param why says whether it may have been done; {@code message-too-large} if the broker ended the link because
     *     a frame was over its limit
     */
    abstract void onNoAnswer(PostriderException why);
}
