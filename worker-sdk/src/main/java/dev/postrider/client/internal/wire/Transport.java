package dev.postrider.client.internal.wire;

import dev.postrider.client.OutgoingMessage;
import io.vertx.core.Future;

/** A way to speak with the broker; one per sub-protocol. */
public interface Transport {
    /** A message of 64 MiB, the most a broker can be told to take, in base64, and room for its fields. */
    int MESSAGE_BYTES_MAX = 96 << 20;

    /**
     * Writes a message as a publish carries it. Called on the publisher's own thread, so that the event loop only
     * moves bytes.
     *
     * @param deduplicationKey takes the place of an absent one; may be null
     */
    byte[] encode(OutgoingMessage message, String deduplicationKey);

    /**
     * Opens a link to one of the brokers. Called on the client's event loop, where the future completes and {@code
     * listener} is called. Fails with a {@link dev.postrider.client.PostriderException} if the broker refused, with
     * anything else if it could not be reached.
     */
    Future<Link> connect(Endpoint broker, LinkListener listener);

    /** How many messages one frame may settle. */
    int settleMax();

    /** Lets go of what links share. */
    Future<Void> close();
}
