package dev.postrider.broker.dispatch;

import dev.postrider.broker.store.DeadLetterStore;
import dev.postrider.broker.store.DeadLetterStore.DeadLetter;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** Reads one page of dead letters, which ends when it has its number of them, or many bytes. */
final class DeadLetterPage {
    private static final long BYTES_MAX = 4L << 20;
    private static final int ROWS_AT_A_TIME = 16;

    private final DeadLetterStore store;
    private final int queueId;
    private final String reason;
    private final int limit;
    private final List<DeadLetter> page = new ArrayList<>();
    private long bytes;

    /** {@code reason} null: any. */
    DeadLetterPage(DeadLetterStore store, int queueId, String reason, int limit) {
        this.store = store;
        this.queueId = queueId;
        this.reason = reason;
        this.limit = limit;
    }

    /** Reads those after {@code afterId}. */
    Future<Queues.DeadLetters> from(long afterId) {
        int rows = Math.min(ROWS_AT_A_TIME, limit - page.size() + 1);
        return store.list(queueId, reason, afterId, rows).compose(found -> {
            for (DeadLetter letter : found) {
                if (page.size() == limit || bytes >= BYTES_MAX) {
                    return Future.succeededFuture(new Queues.DeadLetters(page, Long.toString(lastId())));
                }
                page.add(letter);
                bytes += letter.record().body().length;
            }
            return found.size() < rows ? Future.succeededFuture(new Queues.DeadLetters(page, null)) : from(lastId());
        });
    }

    private long lastId() {
        return page.get(page.size() - 1).id();
    }
}
