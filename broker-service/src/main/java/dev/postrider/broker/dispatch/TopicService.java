package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.filter.Filter;
import dev.postrider.broker.queue.SubscriptionDefinition;
import dev.postrider.broker.store.TopicStore;
import dev.postrider.broker.store.TopicStore.Routes;
import dev.postrider.protocol.Names;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.TextDuration;
import io.vertx.core.Future;
import java.util.List;

/** Manages topics in the database. What brokers remember of them is checked with every commit, so nobody is told. */
public final class TopicService implements Topics {
    private final Broker broker;
    private final TopicStore topics;

    public TopicService(Broker broker, TopicStore topics) {
        this.broker = broker;
        this.topics = topics;
    }

    @Override
    public Future<Put> put(String name, TextDuration retention) {
        return CallerContext.call(broker.loop(), () -> {
            Names.check("topic", name);
            return topics.put(name, retention)
                    .compose(put -> found(name).map(routes -> new Put(routes, put.getValue())));
        });
    }

    @Override
    public Future<Routes> get(String name) {
        return CallerContext.call(broker.loop(), () -> found(name));
    }

    @Override
    public Future<List<Routes>> list(String prefix, String after, int limit) {
        return CallerContext.call(broker.loop(), () -> topics.list(prefix, after, limit));
    }

    @Override
    public Future<Void> delete(String name) {
        return CallerContext.call(broker.loop(), () -> found(name).compose(routes -> topics.delete(
                        routes.topic().id())
                .compose(deleted ->
                        deleted ? Future.succeededFuture() : Future.failedFuture(TopicDirectory.notFound(name)))));
    }

    @Override
    public Future<Subscribed> subscribe(String topic, String queue, String filter) {
        return CallerContext.call(broker.loop(), () -> {
            if (filter != null) {
                Filter.parse(filter);
            }
            // Read anew: the topic that is remembered may have been deleted and made again.
            return broker.topics().load(topic).compose(routes -> broker.directory()
                    .openOrCreate(queue)
                    .compose(opened ->
                            subscribe(routes.topic().id(), opened.definition().id(), filter, topic))
                    .compose(created -> subscribed(topic, queue).map(found -> new Subscribed(found, created))));
        });
    }

    private Future<Boolean> subscribe(int topicId, int queueId, String filter, String topic) {
        return topics.subscribe(topicId, queueId, filter)
                .compose(created -> created.map(Future::succeededFuture).orElseGet(() -> {
                    // This broker has not heard yet that the queue was deleted; the next call will make it anew.
                    broker.refresh(queueId);
                    return Future.failedFuture(new BrokerException(
                            ProblemCode.UNAVAILABLE, "The topic '" + topic + "' or the queue was deleted just now"));
                }));
    }

    @Override
    public Future<SubscriptionDefinition> subscription(String topic, String queue) {
        return CallerContext.call(broker.loop(), () -> subscribed(topic, queue));
    }

    @Override
    public Future<Void> unsubscribe(String topic, String queue) {
        return CallerContext.call(broker.loop(), () -> found(topic).compose(routes -> subscription(routes, queue)
                .compose(found ->
                        topics.unsubscribe(routes.topic().id(), found.queue().id()))
                .compose(gone -> gone ? Future.succeededFuture() : Future.failedFuture(notSubscribed(topic, queue)))));
    }

    @Override
    public Future<Long> seek(String queue, long fromMillis) {
        return CallerContext.call(
                broker.loop(), () -> broker.directory().existing(queue).compose(dispatcher -> broker.loop()
                        .hop(topics.subscribedBy(dispatcher.definition().id()))
                        .compose(all -> seek(dispatcher, all, fromMillis))));
    }

    /** In one topic after the other. */
    private Future<Long> seek(QueueDispatcher queue, List<Routes> all, long fromMillis) {
        if (all.isEmpty()) {
            return Future.succeededFuture(0L);
        }
        return new Seeking(broker, topics.retained(), queue, all.get(0), fromMillis)
                .seek()
                .compose(first ->
                        seek(queue, all.subList(1, all.size()), fromMillis).map(others -> first + others));
    }

    private Future<Routes> found(String name) {
        return topics.find(name).compose(found -> found.map(Future::succeededFuture)
                .orElseGet(() -> Future.failedFuture(TopicDirectory.notFound(name))));
    }

    private Future<SubscriptionDefinition> subscribed(String topic, String queue) {
        return found(topic).compose(routes -> subscription(routes, queue));
    }

    private static Future<SubscriptionDefinition> subscription(Routes routes, String queue) {
        return routes.subscriptions().stream()
                .filter(subscription -> subscription.queue().name().equals(queue))
                .findFirst()
                .map(Future::succeededFuture)
                .orElseGet(
                        () -> Future.failedFuture(notSubscribed(routes.topic().name(), queue)));
    }

    private static BrokerException notSubscribed(String topic, String queue) {
        return new BrokerException(
                ProblemCode.SUBSCRIPTION_NOT_FOUND,
                "The queue '" + queue + "' is not subscribed to the topic '" + topic + "'");
    }
}
