package dev.postrider.outbox;

import dev.postrider.client.PostriderClient;
import java.util.List;
import java.util.Objects;

/**
 * Where a relay hands its rows. An implementation is called by one thread of each relay and must be safe for several.
 *
 * <p>A record may be handed over again, with the same id, whenever the relay could not learn or note down what became
 * of it: publish it with its id as the deduplication key.
 */
@FunctionalInterface
public interface OutboxPublisher {
    /**
     * Publishes all of the records in their order, or none. Returns when they are durable, and within a bounded time.
     *
     * @param queue of every one of the records; a topic's name if they are {@linkplain OutboxRecord#isForTopic() for a
     *     topic}
     * @param records one at least, all of them for a topic or none
     * @throws RefusedException if trying the same again is of no use now
     * @throws RuntimeException anything else: the broker could not be reached or could not answer, the outcome may be
     *     unknown; nothing is held against the records, and the relay backs off
     */
    void publish(String queue, List<OutboxRecord> records);

    /**
     * Publishes through a client. A publish takes as long as the client's publish deadline when a queue is full or the
     * broker away, and the relay does nothing else meanwhile: give the client a deadline of a few seconds.
     *
     * @param client stays the caller's to close
     */
    static OutboxPublisher over(PostriderClient client) {
        return new ClientPublisher(client);
    }

    /** What a refusal is about. */
    enum Scope {
        /** One of the records is not acceptable as it is, or all together are too large. */
        RECORD,
        /** The queue takes nothing now: it is full, does not exist, or the caller may not publish to it. */
        QUEUE
    }

    /** The broker has answered and stored nothing. */
    final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final Scope scope;

        public RefusedException(Scope scope, String detail, Throwable cause) {
            super(detail, cause);
            this.scope = Objects.requireNonNull(scope, "scope");
        }

        public Scope scope() {
            return scope;
        }
    }
}
