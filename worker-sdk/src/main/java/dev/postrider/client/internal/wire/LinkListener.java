package dev.postrider.client.internal.wire;

import dev.postrider.client.PostriderException;
import java.util.List;

/** Hears what a link brings, on the client's event loop. */
public interface LinkListener {

    void onPublished(long id, List<String> ids);

    void onMessages(long subscription, List<WireMessage> messages);

    void onSettled(long id, SettleFailures failed);

    /** What {@code id} asked for is refused. */
    void onRefused(long id, PostriderException problem);

    /** Anything at all came from the broker. */
    void onSignOfLife();

    /** The link takes more to write again. */
    void onWritable();

    /**
     * The link is gone; the last call.
     *
     * @param status the WebSocket close status, or -1
     */
    void onClosed(int status, String reason);
}
