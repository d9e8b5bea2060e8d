package dev.postrider.client.internal.wire;

import java.time.Duration;
import java.util.List;

/**
 * One open connection. Calls only write; what they lead to comes to the {@link LinkListener} under the same id. Used on
 * the client's event loop only. Calls on a closed link do nothing.
 */
public interface Link {

    /** Publishes messages that {@link Transport#encode} wrote, all or none. */
    void publish(long id, Target target, List<byte[]> messages);

    /** Starts a subscription with a first credit of 1 up. {@code lease} may be null. */
    void subscribe(long id, String queue, long credit, Duration lease);

    void credit(long id, long add);

    void unsubscribe(long id);

    /** Settles up to {@link Transport#settleMax} messages that came over any link. */
    void settle(long id, SettleCommand command, List<WireMessage> messages);

    /** Asks for a sign of life. */
    void ping();

    /** False while so much waits to be written that more should wait; {@link LinkListener#onWritable} tells the end. */
    boolean isWritable();

    /** Closes in order; {@link LinkListener#onClosed} follows. */
    void close();

    /** Closes without a word to a peer that seems gone. */
    void abort();
}
