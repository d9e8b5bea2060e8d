package dev.postrider.broker.dispatch;

import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.store.MessageStore;
import dev.postrider.broker.store.PeekedDelivery;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Looks at messages in the database and leaves them as they are. */
final class Peeking {
    /** A page ends when it has so many bytes of bodies, whatever its limit. */
    private static final long PAGE_BYTES_MAX = 4L << 20;

    /** Chunks that are in memory at a time. */
    private static final int CHUNKS_AT_A_TIME = 4;

    private static final int ROWS_MAX = 100;

    private final MessageStore store;

    Peeking(MessageStore store) {
        this.store = store;
    }

    Future<Queues.Peeked> peek(
            QueueDefinition queue, PeekedDelivery.State state, String after, int limit, long nowMillis) {
        Cursors.Place place = Cursors.place(after);
        Page page = new Page(queue, place, limit, nowMillis);
        // The delivery in which the last page ended may have more to show, so the search begins with it.
        int before = place.first() == 0 ? Integer.MIN_VALUE : place.first() - 1;
        return more(page, state, place.chunkId(), before);
    }

    private Future<Queues.Peeked> more(Page page, PeekedDelivery.State state, long chunkId, int first) {
        int rows = Math.min(page.limit, ROWS_MAX);
        return store.peek(page.queue.id(), state, chunkId, first, rows).compose(found -> {
            return read(page, found, 0).compose(read -> {
                if (page.isFull() || found.size() < rows) {
                    return Future.succeededFuture(page.answer());
                }
                PeekedDelivery last = found.get(found.size() - 1);
                return more(page, state, last.chunkId(), last.first());
            });
        });
    }

    /** Reads the records of {@code found} from {@code from} on, a few deliveries after the other. */
    private Future<Void> read(Page page, List<PeekedDelivery> found, int from) {
        if (page.isFull() || from >= found.size()) {
            return Future.succeededFuture();
        }
        int to = Math.min(found.size(), from + CHUNKS_AT_A_TIME);
        List<PeekedDelivery> some = found.subList(from, to);
        List<Long> chunks =
                some.stream().map(PeekedDelivery::chunkId).distinct().toList();
        return store.readChunks(chunks).compose(bytes -> {
            some.forEach(delivery -> page.add(delivery, bytes));
            return read(page, found, to);
        });
    }

    /** A page in the making. */
    private static final class Page {
        private final QueueDefinition queue;
        private final Cursors.Place after;
        private final int limit;
        private final long nowMillis;
        private final List<Delivered> messages = new ArrayList<>();
        private Cursors.Place last;
        private long bytes;
        private boolean more;

        Page(QueueDefinition queue, Cursors.Place after, int limit, long nowMillis) {
            this.queue = queue;
            this.after = after;
            this.limit = limit;
            this.nowMillis = nowMillis;
        }

        boolean isFull() {
            return more;
        }

        Queues.Peeked answer() {
            return new Queues.Peeked(messages, more ? last.toText() : null);
        }

        void add(PeekedDelivery delivery, Map<Long, byte[]> chunks) {
            byte[] bytes = chunks.get(delivery.chunkId());
            if (bytes == null) {
                return;
            }
            RecordBatchReader records = RecordBatchReader.of(bytes);
            int from = delivery.first();
            if (delivery.chunkId() == after.chunkId() && delivery.first() == after.first()) {
                from = Math.max(from, after.index() + 1);
            }
            for (int index = from; index < delivery.first() + delivery.count() && !more; index++) {
                if (!isSettled(delivery.settled(), index)) {
                    add(delivery, index, records.read(index));
                }
            }
        }

        private void add(PeekedDelivery delivery, int index, MessageRecord record) {
            long expiresAt = StoredRecords.expiresAtMillis(delivery.chunkId(), record, queue.settings());
            if (expiresAt != 0 && expiresAt <= nowMillis) {
                return;
            }
            if (messages.size() == limit || bytes >= PAGE_BYTES_MAX) {
                more = true;
                return;
            }
            bytes += record.body().length;
            last = new Cursors.Place(delivery.chunkId(), delivery.first(), index);
            messages.add(new Delivered(
                    null,
                    StoredRecords.id(delivery.chunkId(), index, record),
                    queue.name(),
                    record.attempts() + delivery.attempts() + 1,
                    StoredRecords.publishedAtMillis(delivery.chunkId(), record),
                    expiresAt,
                    record));
        }

        private static boolean isSettled(byte[] settled, int index) {
            return settled != null && index >> 3 < settled.length && (settled[index >> 3] & 1 << (index & 7)) != 0;
        }
    }
}
