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
        int messages = 0;
        long sum = 0;
        for (PendingPublish publish : publishes) {
            messages += publish.count();
            sum += publish.bytes;
        }
        this.count = messages;
        this.bytes = sum;
    }

    /** The latest of its deadlines: what is young does not fail because it travels with what is old. */
    long deadlineNanos() {
        long latest = publishes.get(0).deadlineNanos;
        for (PendingPublish publish : publishes) {
            latest = publish.deadlineNanos - latest > 0 ? publish.deadlineNanos : latest;
        }
        return latest;
    }

    List<byte[]> messages() {
        List<byte[]> messages = new ArrayList<>(count);
        for (PendingPublish publish : publishes) {
            publish.addTo(messages);
        }
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
