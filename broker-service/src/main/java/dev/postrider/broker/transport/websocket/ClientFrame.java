package dev.postrider.broker.transport.websocket;

import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.record.MessageRecord;
import java.util.List;

/**
 * A frame of a client. What its type does not have keeps its default. Filled by {@link FrameParser}, then only read.
 */
final class ClientFrame {
    FrameType type;
    /** For a reply, or the subscription's; may be null where the type says so. */
    String id;

    String queue;
    String topic;
    int credit;
    int add;
    /** 0: the queue's setting. */
    long leaseMillis;
    /** -1: the queue's backoff. */
    long delayMillis = -1;

    String reason;
    List<String> receipts = List.of();
    List<MessageRecord> messages = List.of();
    /** Why a well-formed publish is refused, or null: one of its messages is not as it must be. */
    ProtocolException refused;
}
