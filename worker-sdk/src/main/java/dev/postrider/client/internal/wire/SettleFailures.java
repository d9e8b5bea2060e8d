package dev.postrider.client.internal.wire;

/** Says which messages were not settled. */
public interface SettleFailures {
    /** All were. */
    SettleFailures NONE = (position, message) -> null;

    /**
     * The problem code of a message that was not settled; null if it was.
     *
     * @param position of the message among those that were sent together, 0 up
     */
    String codeOf(int position, WireMessage message);
}
