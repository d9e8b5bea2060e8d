package dev.postrider.broker.dispatch;

import dev.postrider.broker.event.BrokerListener;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.MaintenanceStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/**
 * Ends messages that have expired while nobody asked for them: drops them, or takes them in where their queue names a
 * dead-letter queue, so that they go there. Runs on the broker's event loop.
 */
public final class ExpiryRound {
    private final Broker broker;
    private final MaintenanceStore store;

    public ExpiryRound(Broker broker, MaintenanceStore store) {
        this.broker = broker;
        this.store = store;
    }

    /** Looks once. Call on the broker's event loop. */
    public Future<Void> runOnce() {
        return CallerContext.call(broker.loop(), store::dropExpired)
                .onSuccess(this::announce)
                .compose(dropped -> takeIn());
    }

    private void announce(Map<Integer, Long> dropped) {
        dropped.forEach(
                (queueId, messages) -> broker.directory().nameOf(queueId).onSuccess(name -> broker.listener()
                        .settled(name, BrokerListener.Ending.EXPIRED, (int) Math.min(Integer.MAX_VALUE, messages))));
    }

    private Future<Void> takeIn() {
        if (!broker.isOpen() || !broker.session().isTrusted()) {
            return Future.succeededFuture();
        }
        long owner = broker.brokerId();
        // A claim like any other: if its answer is lost, the audit finds what it took.
        broker.activity().begin();
        return broker.loop()
                .attempt(() -> store.claimExpired(owner))
                .onComplete(done -> broker.activity().end(done.succeeded()))
                .map(claimed -> {
                    takeIn(claimed, owner);
                    return null;
                });
    }

    private void takeIn(List<ClaimedDelivery> claimed, long owner) {
        for (ClaimedDelivery delivery : claimed) {
            broker.activity().begin();
            broker.directory()
                    .nameOf(delivery.queueId())
                    .compose(broker.directory()::existing)
                    .onComplete(opened -> broker.loop().execute(() -> {
                        // Not opened, it is this broker's all the same: the audit takes it in a little later.
                        broker.activity().end(opened.succeeded());
                        if (opened.succeeded() && owner == broker.brokerId()) {
                            opened.result().adopt(delivery);
                        }
                    }));
        }
    }
}
