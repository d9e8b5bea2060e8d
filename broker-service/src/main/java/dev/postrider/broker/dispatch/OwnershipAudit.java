package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.dispatch.Activity.DeliveryKey;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.MessageStore;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds deliveries that the database holds for this broker and that it does not know of, because the answer to a
 * commit or a claim was lost, and takes them in. Costs nothing as long as every answer comes.
 */
public final class OwnershipAudit {
    /** A commit whose connection was cut may still land for so long, so doubt lasts longer than the cut. */
    private static final long DOUBT_MILLIS = 60_000;
    /** Longer than any claim or commit is waited for: what is unknown for so long is not just under way. */
    private static final long UNDER_WAY_MILLIS = 6_000;

    private final Broker broker;
    private final MessageStore store;
    private final Activity activity;
    private long lostAnswers;
    private long doubtUntilMillis = Long.MIN_VALUE;
    private Map<DeliveryKey, Long> suspectSince = Map.of();
    /** Their queue is being opened, so that they can be taken in. */
    private final Set<DeliveryKey> adopting = new HashSet<>();

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
            suspectSince = Map.of();
            activity.trust();
            return Future.succeededFuture();
        }
        boolean quiet = activity.isQuiet();
        long begun = activity.begun();
        long owner = broker.brokerId();
        // What is known when the question is asked may be settled by the time it is answered: the answer is older.
        Set<DeliveryKey> knownBefore = known();
        return CallerContext.call(broker.loop(), () -> store.owned(owner)).map(owned -> {
            if (owner == broker.brokerId()) {
                compare(owned, knownBefore, quiet && begun == activity.begun());
            }
            return null;
        });
    }

    private void compare(List<ClaimedDelivery> owned, Set<DeliveryKey> knownBefore, boolean certain) {
        long now = broker.loop().monotonicMillis();
        Set<DeliveryKey> known = known();
        known.addAll(knownBefore);
        Map<DeliveryKey, Long> unknown = new HashMap<>();
        for (ClaimedDelivery delivery : owned) {
            DeliveryKey key = new DeliveryKey(delivery.queueId(), delivery.chunkId(), delivery.first());
            if (known.contains(key)) {
                continue;
            }
            long since = suspectSince.getOrDefault(key, now);
            boolean seenBefore = suspectSince.containsKey(key);
            boolean left = certain || activity.isDoubted(key) || now - since >= UNDER_WAY_MILLIS;
            if (activity.isReleaseDoubted(key) ? seenBefore : left) {
                adopt(delivery);
            } else {
                unknown.put(key, since);
            }
        }
        suspectSince = unknown;
    }

    private void adopt(ClaimedDelivery delivery) {
        DeliveryKey key = new DeliveryKey(delivery.queueId(), delivery.chunkId(), delivery.first());
        long owner = broker.brokerId();
        adopting.add(key);
        broker.directory()
                .nameOf(delivery.queueId())
                .compose(broker.directory()::existing)
                .onComplete(opened -> broker.loop().execute(() -> {
                    adopting.remove(key);
                    if (opened.failed() || owner != broker.brokerId()) {
                        return; // If it is still this broker's, the next look finds it again.
                    }
                    // Looked for again: it may have been taken in while the queue was opened.
                    QueueDispatcher queue = opened.result();
                    if (queue.definition().id() == delivery.queueId() && !known().contains(key)) {
                        activity.trust(key);
                        queue.adopt(delivery);
                    }
                }));
    }

    /** What this broker holds, reads, or is about to take in. */
    private Set<DeliveryKey> known() {
        Set<DeliveryKey> known = new HashSet<>(adopting);
        for (QueueDispatcher queue : broker.directory().all()) {
            for (ClaimedRange range : queue.core().ranges()) {
                known.add(new DeliveryKey(range.queueId(), range.chunkId(), range.first()));
            }
            for (ClaimedDelivery delivery : queue.loading()) {
                known.add(new DeliveryKey(delivery.queueId(), delivery.chunkId(), delivery.first()));
            }
        }
        return known;
    }
}
