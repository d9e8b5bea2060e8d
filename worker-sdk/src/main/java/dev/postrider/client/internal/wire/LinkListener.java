package dev.postrider.client.internal.wire;

import dev.postrider.client.PostriderException;
import java.util.List;
import java.util.Map;

/** Hears what a link brings, on the client's event loop. */
public interface LinkListener {

    void onPublished(long id, List<String> ids);

    void onMessage(long subscription, WireMessage message);

    /** @param failed the receipts that were not settled, with the problem code of each */
    void onSettled(long id, Map<String, String> failed);

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
