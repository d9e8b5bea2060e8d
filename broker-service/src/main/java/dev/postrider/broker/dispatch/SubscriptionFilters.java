package dev.postrider.broker.dispatch;

import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;

/** Reads the filters of subscriptions. */
final class SubscriptionFilters {
    private SubscriptionFilters() {}

    /** Fails with {@code invalid-request} and the place if the text is no filter. */
    static MessageFilter parse(String text) {
        throw new ProtocolException(ProblemCode.NOT_IMPLEMENTED, "Filters are not available yet");
    }
}
