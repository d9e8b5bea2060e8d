package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.filter.Filter;
import dev.postrider.broker.queue.SubscriptionDefinition;
import dev.postrider.broker.store.TopicStore;
import dev.postrider.protocol.Names;
import dev.postrider.protocol.ProblemCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/** The topics that this broker has to do with, by name. Runs on the broker's event loop. */
final class TopicDirectory {
    /** As for queues: a topic that nobody published to for so long is let go. */
    private static final long UNUSED_MILLIS = 60_000;

    private final TopicStore store;
    private final QueueDirectory queues;
    private final boolean autoCreate;
    private final EventLoop loop;
    private IntConsumer retained = topicId -> {};
    private final Map<String, Topic> byName = new HashMap<>();
    private final Map<String, Future<Topic>> opening = new HashMap<>();

    TopicDirectory(TopicStore store, QueueDirectory queues, boolean autoCreate, EventLoop loop) {
        this.store = store;
        this.queues = queues;
        this.autoCreate = autoCreate;
        this.loop = loop;
    }

    /** The topic with that name, created if absent where the broker is set so; fails with {@code topic-not-found}. */
    Future<Topic> open(String name) {
        Topic known = byName.get(name);
        if (known != null) {
            known.used(loop.monotonicMillis());
            return Future.succeededFuture(known);
        }
        if (!Names.isValid(name)) {
            return Future.failedFuture(
                    new BrokerException(ProblemCode.INVALID_REQUEST, "The topic's name is not valid"));
        }
        Future<Topic> underWay = opening.get(name);
        if (underWay != null) {
            return underWay;
        }
        Promise<Topic> opened = Promise.promise();
        opening.put(name, opened.future());
        load(name).onComplete(done -> {
            opening.remove(name);
            if (done.failed()) {
                opened.fail(done.cause());
                return;
            }
            Topic topic = new Topic(this, name, done.result());
            topic.used(loop.monotonicMillis());
            byName.put(name, topic);
            opened.complete(topic);
        });
        return opened.future();
    }

    /** Reads where the topic's messages go, and takes in the queues. Completes on the loop. */
    Future<TopicRoutes> load(String name) {
        return loop.hop(find(name)).map(this::routes).onFailure(e -> byName.remove(name));
    }

    private TopicRoutes routes(TopicStore.Routes found) {
        List<TopicRoutes.Route> routes = new ArrayList<>(found.subscriptions().size());
        for (SubscriptionDefinition subscription : found.subscriptions()) {
            String filter = subscription.filter();
            queues.take(subscription.queue());
            routes.add(new TopicRoutes.Route(subscription.queue().id(), filter == null ? null : Filter.parse(filter)));
        }
        return TopicRoutes.of(found.topic(), routes);
    }

    private Future<TopicStore.Routes> find(String name) {
        return store.find(name).compose(found -> {
            if (found.isPresent()) {
                return Future.succeededFuture(found.get());
            }
            // What was created just now has no subscriptions yet, unless somebody was very quick: then it is read.
            return autoCreate
                    ? store.createIfAbsent(name).compose(created -> find(name))
                    : Future.failedFuture(notFound(name));
        });
    }

    static BrokerException notFound(String name) {
        return new BrokerException(ProblemCode.TOPIC_NOT_FOUND, "There is no topic '" + name + "'");
    }

    /** Tells {@code listener} the ids of topics that brokers follow when a commit has stored something of them. */
    void onRetained(IntConsumer listener) {
        retained = listener;
    }

    void retained(int topicId) {
        retained.accept(topicId);
    }

    Optional<QueueDispatcher> queue(int queueId) {
        return queues.byId(queueId);
    }

    /** Lets topics go that nobody publishes to; they are read again when somebody does. */
    void dropUnused() {
        long before = loop.monotonicMillis() - UNUSED_MILLIS;
        byName.values().removeIf(topic -> topic.isUnusedSince(before));
    }
}
