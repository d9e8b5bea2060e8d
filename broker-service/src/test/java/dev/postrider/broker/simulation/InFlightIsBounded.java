package dev.postrider.broker.simulation;

import dev.postrider.broker.dispatch.BrokerMemory;

/** Of a queue with a bound, all living brokers together have no more handed out than it allows. */
final class InFlightIsBounded extends Invariant {
    private final World world;

    InFlightIsBounded(World world) {
        this.world = world;
    }

    @Override
    void handedOut(HandOut handOut) {
        check(handOut.queue, handOut.toString());
    }

    @Override
    void look(World seen) {
        check(Wishes.MAIL, "");
    }

    private void check(String queue, String what) {
        Integer bound = world.wishes().settingsOf(queue).limits().maxInFlight();
        if (bound == null) {
            return;
        }
        int queueId = world.model().tables().queue(queue).id();
        int held = 0;
        for (BrokerProcess process : world.running()) {
            if (world.lives(process.broker().brokerId())) {
                held += BrokerMemory.held(process.broker(), queueId);
            }
        }
        if (held > bound) {
            throw broken(held + " of " + bound + " in flight " + what);
        }
    }
}
