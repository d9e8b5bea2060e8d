package dev.postrider.broker.dispatch;

import dev.postrider.broker.queue.SubscriptionDefinition;
import dev.postrider.broker.store.TopicStore.Routes;
import dev.postrider.protocol.TextDuration;
import io.vertx.core.Future;
import java.util.List;

/**
 * Manages topics and subscriptions. Safe to call from any thread. Unknown topics fail with {@code topic-not-found}.
 */
public interface Topics {
    /** Creates the topic or replaces its retention (null: nothing is kept beyond delivery). */
    Future<Put> put(String name, TextDuration retention);

    Future<Routes> get(String name);

    /** By name, those after {@code after} (null: from the start) that begin with {@code prefix} (never null). */
    Future<List<Routes>> list(String prefix, String after, int limit);

    /** Deletes the topic with its subscriptions; what its queues got already is theirs. */
    Future<Void> delete(String name);

    /**
     * Creates the subscription or replaces its filter. Whatever is published after the answer goes by it, whichever
     * replica takes it. The queue is created if absent; the topic too, where the broker creates queues on first use.
     *
     * @param filter null: every message; fails with {@code invalid-request} and the place if it is none
     */
    Future<Subscribed> subscribe(String topic, String queue, String filter);

    /** Fails with {@code subscription-not-found} if there is none. */
    Future<SubscriptionDefinition> subscription(String topic, String queue);

    /** What was published before stays in the queue. Fails with {@code subscription-not-found} if there is none. */
    Future<Void> unsubscribe(String topic, String queue);

    /**
     * Gives a queue again what its topics retain, were published since and the queue does not owe any more; answers
     * how many. A message that waits for a retry comes once more. Bounded in memory; if it fails, some may be done.
     *
     * @param fromMillis since 1970, by the database's clock
     */
    Future<Long> seek(String queue, long fromMillis);

    /** The answer to {@link #put}. */
    record Put(Routes topic, boolean created) {}

    /** The answer to {@link #subscribe}. */
    record Subscribed(SubscriptionDefinition subscription, boolean created) {}
}
