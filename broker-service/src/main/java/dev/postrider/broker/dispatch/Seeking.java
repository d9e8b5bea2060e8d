package dev.postrider.broker.dispatch;

import dev.postrider.broker.filter.Filter;
import dev.postrider.broker.filter.RecordSubject;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.queue.SubscriptionDefinition;
import dev.postrider.broker.store.PeekedDelivery;
import dev.postrider.broker.store.RetainedStore;
import dev.postrider.broker.store.RetainedStore.Extent;
import dev.postrider.broker.store.RetainedStore.Page;
import dev.postrider.broker.store.RetainedStore.Retained;
import dev.postrider.broker.store.TopicStore.Routes;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives a queue again what one topic retains and the queue does not owe any more, a piece in a transaction. Used once,
 * on the broker's event loop.
 */
final class Seeking {
    /** What is in memory at a time, about, and goes into one commit. */
    private static final int BYTES_AT_A_TIME = 1 << 20;

    private final Broker broker;
    private final RetainedStore store;
    private final QueueDispatcher queue;
    private final int topicId;
    /** As it is today; null: everything. */
    private final Filter filter;

    private final long fromMillis;
    /** Where the topic ended when the search began: what is published meanwhile reaches the queue in any case. */
    private long endPlace;

    Seeking(Broker broker, RetainedStore store, QueueDispatcher queue, Routes topic, long fromMillis) {
        this.broker = broker;
        this.store = store;
        this.queue = queue;
        this.topicId = topic.topic().id();
        this.filter = topic.subscriptions().stream()
                .filter(subscription ->
                        subscription.queue().id() == queue.definition().id())
                .findFirst()
                .map(SubscriptionDefinition::filter)
                .map(Filter::parse)
                .orElse(null);
        this.fromMillis = fromMillis;
    }

    /** Answers how many messages went to the queue. */
    Future<Long> seek() {
        return broker.loop().hop(store.last(topicId)).compose(last -> {
            endPlace = last;
            return broker.loop().hop(store.before(topicId, fromMillis)).compose(before -> page(before, 0));
        });
    }

    private Future<Long> page(long afterPlace, long sum) {
        if (afterPlace >= endPlace) {
            return Future.succeededFuture(sum);
        }
        return broker.loop()
                .hop(store.read(topicId, afterPlace, BYTES_AT_A_TIME))
                .compose(page -> page.entries().isEmpty()
                        ? Future.succeededFuture(sum)
                        : take(page).compose(taken -> page(lastPlace(page), sum + taken)));
    }

    private static long lastPlace(Page page) {
        return page.entries().get(page.entries().size() - 1).place();
    }

    private Future<Integer> take(Page page) {
        List<Retained> entries = page.entries().stream()
                .filter(entry -> entry.place() <= endPlace)
                .toList();
        List<Long> chunkIds = entries.stream().map(Retained::chunkId).distinct().toList();
        return broker.loop().hop(store.owing(queue.definition().id(), chunkIds)).compose(owed -> {
            List<MessageRecord> records = new ArrayList<>();
            entries.forEach(entry -> collect(entry, page.extent(), owed, records));
            return append(records);
        });
    }

    private void collect(Retained entry, Extent extent, List<PeekedDelivery> owed, List<MessageRecord> records) {
        RecordBatchReader reader = RecordBatchReader.of(entry.records());
        for (int index = entry.first(); index < entry.first() + entry.count(); index++) {
            MessageRecord record = reader.read(index);
            if (isWanted(entry.chunkId(), record, extent) && !isOwed(entry.chunkId(), index, owed)) {
                records.add(again(entry.chunkId(), index, record, extent.nowMillis()));
            }
        }
    }

    /** As it is stored anew: what followed from its place before, it says itself. */
    private static MessageRecord again(long chunkId, int index, MessageRecord record, long nowMillis) {
        long publishedAt = StoredRecords.publishedAtMillis(chunkId, record);
        long dueAt =
                Math.max(record.deliverAtMillis(), record.delayMillis() > 0 ? publishedAt + record.delayMillis() : 0);
        return StoredRecords.detached(record, chunkId, index)
                .deliverAtMillis(dueAt > nowMillis ? dueAt : MessageRecord.NONE)
                .build();
    }

    /** What is past the retention may be there for a while yet, and would come today and not tomorrow. */
    private boolean isWanted(long chunkId, MessageRecord record, Extent extent) {
        long publishedAt = StoredRecords.publishedAtMillis(chunkId, record);
        long expiresAt = StoredRecords.expiresAtMillis(chunkId, record, QueueSettings.DEFAULTS);
        return extent.retention() != null
                && publishedAt >= fromMillis
                && publishedAt > extent.nowMillis() - extent.retention().millis()
                && (expiresAt == 0 || expiresAt > extent.nowMillis())
                && (filter == null || filter.matches(new RecordSubject(record)));
    }

    private static boolean isOwed(long chunkId, int index, List<PeekedDelivery> owed) {
        for (PeekedDelivery one : owed) {
            if (one.chunkId() == chunkId && index >= one.first() && index < one.first() + one.count()) {
                byte[] settled = one.settled();
                return settled == null || index >> 3 >= settled.length || (settled[index >> 3] & 1 << (index & 7)) == 0;
            }
        }
        return false;
    }

    private Future<Integer> append(List<MessageRecord> records) {
        if (records.isEmpty()) {
            return Future.succeededFuture(0);
        }
        return broker.commits()
                .redrive(queue, List.of(), records)
                // Rolled back for another's sake, it is tried again.
                .compose(stored -> stored ? Future.succeededFuture(records.size()) : append(records));
    }
}
