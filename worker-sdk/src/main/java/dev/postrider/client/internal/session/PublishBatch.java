package dev.postrider.client.internal.session;

import java.util.ArrayList;
import java.util.List;

/** The publishes that share one frame. */
final class PublishBatch {
    final List<PendingPublish> publishes;
    final int count;
    final long bytes;

    PublishBatch(List<PendingPublish> publishes) {
        this.publishes = publishes;
        this.count = publishes.stream().mapToInt(PendingPublish::count).sum();
        this.bytes = publishes.stream().mapToLong(publish -> publish.bytes).sum();
    }

    /** The earliest of its deadlines. */
    long deadlineNanos() {
        long now = System.nanoTime();
        long left = Long.MAX_VALUE;
        for (PendingPublish publish : publishes) {
            left = Math.min(left, publish.deadlineNanos - now);
        }
        return now + left;
    }

    List<byte[]> messages() {
        List<byte[]> messages = new ArrayList<>(count);
        publishes.forEach(publish -> messages.addAll(publish.messages));
        return messages;
    }

    void complete(List<String> ids) {
        int first = 0;
        for (PendingPublish publish : publishes) {
            publish.complete(ids, first);
            first += publish.count();
        }
    }
}
