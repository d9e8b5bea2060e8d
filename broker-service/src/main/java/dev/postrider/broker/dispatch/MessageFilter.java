package dev.postrider.broker.dispatch;

import dev.postrider.protocol.record.MessageRecord;

/** Says which messages of a topic a subscribed queue gets. Immutable; safe for any thread; never throws. */
@FunctionalInterface
interface MessageFilter {
    /** @param message as it is stored, its topic set; its body is not looked at */
    boolean matches(MessageRecord message);
}
