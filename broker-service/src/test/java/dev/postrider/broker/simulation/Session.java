package dev.postrider.broker.simulation;

import dev.postrider.broker.dispatch.Consumers;
import java.util.ArrayList;
import java.util.List;

/** One connection of a consumer, from joining to its end. */
final class Session {
    final String name;
    final String queue;
    final BrokerProcess process;
    final Consumers.Options options;
    final long leaseMillis;
    final List<HandOut> handOuts = new ArrayList<>();
    /** The client has dropped it: what comes now is lost. */
    boolean gone;
    /** It left and gave back what it held. */
    boolean left;

    long leftAtMillis;

    Session(String name, String queue, BrokerProcess process, Consumers.Options options, long leaseMillis) {
        this.name = name;
        this.queue = queue;
        this.process = process;
        this.options = options;
        this.leaseMillis = leaseMillis;
    }

    @Override
    public String toString() {
        return name + " of " + queue + " at " + process;
    }
}
