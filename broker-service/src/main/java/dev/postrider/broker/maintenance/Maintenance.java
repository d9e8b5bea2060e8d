package dev.postrider.broker.maintenance;

import dev.postrider.broker.dispatch.Broker;
import dev.postrider.broker.dispatch.EventLoop;
import dev.postrider.broker.dispatch.ExpiryRound;
import dev.postrider.broker.dispatch.OwnershipAudit;
import dev.postrider.broker.store.BrokerRegistry;
import dev.postrider.broker.store.MaintenanceStore;
import dev.postrider.broker.store.MessageStore;
import dev.postrider.broker.store.WakeSignals;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Starts and stops a broker's slow loops, in order. All of it runs on the broker's event loop. */
public final class Maintenance {
    private final Broker broker;
    private final Stores stores;
    private final EventLoop loop;
    private final Membership membership;
    private final Stager stager;
    private final List<Repeating> repeating;

    /** What the loops work on. */
    public record Stores(
            MessageStore messages, BrokerRegistry registry, MaintenanceStore maintenance, WakeSignals signals) {}

    public Maintenance(Broker broker, Stores stores, EventLoop loop, MaintenanceSettings settings, String address) {
        this.broker = broker;
        this.stores = stores;
        this.loop = loop;
        this.membership = new Membership(broker, stores.registry(), stores.signals(), loop, settings, address);
        this.stager = new Stager(broker, stores.maintenance(), stores.signals(), loop, settings.pollMillis());
        OwnershipAudit audit = new OwnershipAudit(broker, stores.messages());
        ExpiryRound expiry = new ExpiryRound(broker, stores.maintenance());
        this.repeating = List.of(
                Repeating.steady("heartbeat", loop, settings.heartbeatMillis(), membership::runOnce),
                Repeating.considerate("poll for work", loop, settings.pollMillis(), this::poll),
                Repeating.considerate("audit of owned deliveries", loop, settings.pollMillis(), audit::runOnce),
                Repeating.considerate("expiry", loop, settings.pollMillis(), expiry::runOnce),
                Repeating.considerate("turn of the slices", loop, settings.turnMillis(), this::turnSlices),
                Repeating.considerate("sweep", loop, settings.sweepMillis(), this::sweep));
    }

    /**
     * Joins the others; completes when the broker takes traffic. If the database is away just now, the future fails,
     * and joining is tried again with every heartbeat.
     */
    public Future<Void> start() {
        broker.onPeersWanted(membership::refreshPeers);
        return onLoop(() -> loop.hop(stores.signals().listen(signal -> loop.execute(() -> onSignal(signal))))
                .compose(none -> membership.join())
                .onComplete(joined -> {
                    repeating.forEach(Repeating::start);
                    stager.start();
                }));
    }

    /** Drains the broker, gives back what it holds and signs off. */
    public Future<Void> stop() {
        return onLoop(() -> {
            stager.stop();
            repeating.forEach(Repeating::stop);
            return broker.drain().compose(none -> membership.leave()).compose(none -> stores.signals()
                    .close());
        });
    }

    private Future<Void> onLoop(Supplier<Future<Void>> task) {
        Promise<Void> done = Promise.promise();
        loop.execute(() -> {
            try {
                task.get().onComplete(done);
            } catch (RuntimeException e) {
                done.fail(e);
            }
        });
        return done.future();
    }

    private void onSignal(WakeSignals.Signal signal) {
        switch (signal.kind()) {
            case WORK -> broker.wake(signal.queueIds());
            case CHANGED -> signal.queueIds().forEach(broker::refresh);
            default -> broker.refreshAll();
        }
    }

    /** Looks for work that no signal told of. */
    private Future<Void> poll() {
        Set<Integer> hungry = broker.hungryQueues();
        if (hungry.isEmpty()) {
            return Future.succeededFuture();
        }
        return loop.hop(stores.messages().queuesWithWork(hungry)).map(queueIds -> {
            broker.wake(queueIds);
            return null;
        });
    }

    private Future<Void> turnSlices() {
        MaintenanceStore store = stores.maintenance();
        return loop.hop(store.horizon()).compose(horizon -> {
            broker.seen(horizon);
            return store.turnSlices().mapEmpty();
        });
    }

    private Future<Void> sweep() {
        broker.dropUnused();
        MaintenanceStore store = stores.maintenance();
        return store.sweepChunks()
                .compose(none -> store.dropDeduplicationKeys())
                .mapEmpty();
    }
}
