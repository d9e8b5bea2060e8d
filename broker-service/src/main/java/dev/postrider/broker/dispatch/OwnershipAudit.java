package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.MessageStore;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds deliveries that the database holds for this broker and that it does not know of, because the answer to a
 * commit or a claim was lost, and takes them in. Costs nothing as long as every answer comes.
 */
public final class OwnershipAudit {
    /** A commit whose connection was cut may still land for so long, so doubt lasts longer than the cut. */
    private static final long DOUBT_MILLIS = 60_000;
    /** Longer than any commit or claim is waited for: what is unknown at both ends of it is not just under way. */
    private static final long SETTLED_MILLIS = 10_000;

    private final Broker broker;
    private final MessageStore store;
    private final Activity activity;
    private long lostAnswers;
    private long doubtUntilMillis = Long.MIN_VALUE;
    private Set<Key> suspects = Set.of();
    private long suspectsSinceMillis;

    private record Key(int queueId, long chunkId, int first) {}

    public OwnershipAudit(Broker broker, MessageStore store) {
        this.broker = broker;
        this.store = store;
        this.activity = broker.activity();
    }

    /** Looks once, if there is doubt. Call on the broker's event loop. */
    public Future<Void> runOnce() {
        long now = broker.loop().monotonicMillis();
        if (activity.lostAnswers() != lostAnswers) {
            lostAnswers = activity.lostAnswers();
            doubtUntilMillis = now + DOUBT_MILLIS;
        }
        if (now > doubtUntilMillis || !broker.isOpen()) {
            suspects = Set.of();
            return Future.succeededFuture();
        }
        boolean quiet = activity.isQuiet();
        long begun = activity.begun();
        long owner = broker.brokerId();
        return CallerContext.call(broker.loop(), () -> store.owned(owner)).map(owned -> {
            if (owner == broker.brokerId()) {
                compare(owned, quiet && begun == activity.begun());
            }
            return null;
        });
    }

    private void compare(List<ClaimedDelivery> owned, boolean certain) {
        long now = broker.loop().monotonicMillis();
        Set<Key> known = known();
        Set<Key> unknown = new HashSet<>();
        boolean longSuspected = now - suspectsSinceMillis >= SETTLED_MILLIS;
        for (ClaimedDelivery delivery : owned) {
            Key key = new Key(delivery.queueId(), delivery.chunkId(), delivery.first());
            if (known.contains(key)) {
                continue;
            }
            if (certain || longSuspected && suspects.contains(key)) {
                adopt(delivery);
            } else {
                unknown.add(key);
            }
        }
        if (longSuspected || suspects.isEmpty()) {
            suspects = unknown;
            suspectsSinceMillis = now;
        }
    }

    private void adopt(ClaimedDelivery delivery) {
        broker.directory()
                .nameOf(delivery.queueId())
                .compose(broker.directory()::existing)
                .onSuccess(queue -> broker.loop().execute(() -> {
                    if (queue.definition().id() == delivery.queueId()) {
                        queue.adopt(delivery);
                    }
                }));
    }

    private Set<Key> known() {
        Set<Key> known = new HashSet<>();
        for (QueueDispatcher queue : broker.directory().all()) {
            for (ClaimedRange range : queue.core().ranges()) {
                known.add(new Key(range.queueId(), range.chunkId(), range.first()));
            }
        }
        return known;
    }
}
