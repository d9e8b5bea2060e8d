package dev.postrider.broker.store;

import dev.postrider.broker.queue.SubscriptionDefinition;
import dev.postrider.broker.queue.TopicDefinition;
import dev.postrider.protocol.TextDuration;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Definitions of topics and subscriptions. A deleted queue's subscriptions go with it. */
public interface TopicStore {
    /**
     * A topic and where its messages go, as of one moment.
     *
     * @param subscriptions by the queues' names; none twice
     */
    record Routes(TopicDefinition topic, List<SubscriptionDefinition> subscriptions) {}

    Future<Optional<Routes>> find(String name);

    /** Creates the topic with no retention unless it is there; answers what is there then. */
    Future<TopicDefinition> createIfAbsent(String name);

    /**
     * Creates the topic or replaces its retention (may be null), also for what it retains already. The second answer
     * is true if it was created.
     */
    Future<Map.Entry<TopicDefinition, Boolean>> put(String name, TextDuration retention);

    /** By name, those after {@code after} (null: from the start) that begin with {@code prefix} (never null). */
    Future<List<Routes>> list(String prefix, String after, int limit);

    /** The topics that a queue is subscribed to. */
    Future<List<Routes>> subscribedBy(int queueId);

    /**
     * Deletes the topic with its subscriptions and what it retains; what its queues got already is theirs. False if
     * it was not there.
     */
    Future<Boolean> delete(int topicId);

    /**
     * Creates the subscription or replaces its filter. A commit that asks for the topic's version after this was
     * answered gets another one than before.
     *
     * @param filter null: every message
     * @return true if it was created; empty if the topic or the queue is not there
     */
    Future<Optional<Boolean>> subscribe(int topicId, int queueId, String filter);

    /**
     * Says that clients of a broker follow the topic, until the broker is not among the living any more. A commit that
     * asks for the topic's version after this was answered gets another one than before, unless the broker followed
     * already.
     *
     * @return false: the topic or the broker is not there
     */
    Future<Boolean> follow(int topicId, long brokerId);

    /** Takes {@link #follow} back; no effect if there was none. */
    Future<Void> unfollow(int topicId, long brokerId);

    /** What the topics retain. */
    RetainedStore retained();

    /** False if there was no such subscription. */
    Future<Boolean> unsubscribe(int topicId, int queueId);
}
