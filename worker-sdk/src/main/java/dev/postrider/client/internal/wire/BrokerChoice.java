package dev.postrider.client.internal.wire;

import java.util.List;

/**
 * Which of several brokers is spoken to: one until it fails, then the next. On the client's event loop only.
 */
public final class BrokerChoice {
    private final List<Endpoint> brokers;
    private int at;

    /** @param brokers one at least, in the order in which they are tried */
    public BrokerChoice(List<Endpoint> brokers) {
        if (brokers.isEmpty()) {
            throw new IllegalArgumentException("There must be a broker to speak to");
        }
        this.brokers = List.copyOf(brokers);
    }

    /** The one to speak to now. */
    public Endpoint current() {
        return brokers.get(at);
    }

    /** How many there are. */
    public int size() {
        return brokers.size();
    }

    /** Says that {@code failed} does not serve. Moves on, unless somebody else has done so since. */
    public void moveFrom(Endpoint failed) {
        if (failed.equals(current())) {
            at = (at + 1) % brokers.size();
        }
    }
}
