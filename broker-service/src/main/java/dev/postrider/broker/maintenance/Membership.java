package dev.postrider.broker.maintenance;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.Broker;
import dev.postrider.broker.dispatch.EventLoop;
import dev.postrider.broker.store.BrokerRegistry;
import dev.postrider.broker.store.WakeSignals;
import dev.postrider.protocol.ProblemCode;
import io.vertx.core.Future;
import org.jboss.logging.Logger;

/**
 * Keeps this broker among the living, and frees what the dead held. A broker that was paused for too long finds
 * that it was declared dead: it drops everything and comes back under a new id.
 */
final class Membership {
    private static final Logger LOG = Logger.getLogger(Membership.class);

    private final Broker broker;
    private final BrokerRegistry registry;
    private final WakeSignals signals;
    private final EventLoop loop;
    private final MaintenanceSettings settings;
    private final String address;
    private long steadySinceMillis = Long.MAX_VALUE;
    private boolean joined;
    private boolean joinedBefore;

    Membership(
            Broker broker,
            BrokerRegistry registry,
            WakeSignals signals,
            EventLoop loop,
            MaintenanceSettings settings,
            String address) {
        this.broker = broker;
        this.registry = registry;
        this.signals = signals;
        this.loop = loop;
        this.settings = settings;
        this.address = address;
    }

    /** Joins for the first time: a predecessor at the same address is gone, since this process has its port. */
    Future<Void> join() {
        return enter(true);
    }

    private Future<Void> enter(boolean supersede) {
        long asked = loop.monotonicMillis();
        return loop.hop(registry.join(address, supersede)).map(membership -> {
            joined = true;
            joinedBefore = true;
            broker.enter(asked, membership);
            broker.trustUntil(asked + settings.silenceMillis());
            LOG.infof("This broker is %d, slot %d, at %s", membership.id(), membership.slot(), address);
            return null;
        });
    }

    /** One heartbeat, and a look at the others once this broker's own beats have been steady. */
    Future<Void> runOnce() {
        if (!joined) {
            return enter(!joinedBefore);
        }
        long asked = loop.monotonicMillis();
        return loop.hop(registry.beat(broker.brokerId(), broker.consumers()))
                .onFailure(ignored -> steadySinceMillis = Long.MAX_VALUE)
                .compose(beat -> beat.alive() ? alive(asked, beat) : dead());
    }

    /** Looks who else is there, between two heartbeats. Fails if this broker is not among the living to be told. */
    Future<Void> refreshPeers() {
        long asked = loop.monotonicMillis();
        return loop.hop(registry.beat(broker.brokerId(), broker.consumers())).map(beat -> {
            if (!beat.alive()) {
                throw new BrokerException(ProblemCode.UNAVAILABLE, "This broker does not know the others now");
            }
            heard(asked, beat);
            return null;
        });
    }

    /** Nobody removes this broker before it has been silent for long enough, counted from the beat at the earliest. */
    private void heard(long asked, BrokerRegistry.Heartbeat beat) {
        broker.beat(asked, beat.nowMillis(), beat.peers());
        broker.trustUntil(asked + settings.silenceMillis());
    }

    private Future<Void> alive(long asked, BrokerRegistry.Heartbeat beat) {
        heard(asked, beat);
        long now = loop.monotonicMillis();
        steadySinceMillis = Math.min(steadySinceMillis, now);
        // After an outage of the database everybody was silent: give the others time before judging them.
        if (now - steadySinceMillis < settings.silenceMillis()) {
            return Future.succeededFuture();
        }
        return loop.hop(registry.reap(settings.silenceMillis())).map(queueIds -> {
            if (!queueIds.isEmpty()) {
                LOG.infof("Freed deliveries of silent brokers in %d queues", queueIds.size());
                broker.wake(queueIds);
                signals.work(queueIds);
            }
            return null;
        });
    }

    private Future<Void> dead() {
        LOG.warn("This broker was declared dead while it was silent; it drops what it held and comes back");
        joined = false;
        broker.fence();
        return enter(false);
    }

    /** Gives everything back and signs off. */
    Future<Void> leave() {
        return joined ? registry.leave(broker.brokerId()) : Future.succeededFuture();
    }
}
