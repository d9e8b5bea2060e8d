package dev.postrider.broker.dispatch;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A topic that this broker routes messages of. Runs on the broker's event loop. */
final class Topic {
    private final TopicDirectory directory;
    private final String name;
    private TopicRoutes routes;
    private Future<Void> reloading;
    private long lastUsedMillis;

    Topic(TopicDirectory directory, String name, TopicRoutes routes) {
        this.directory = directory;
        this.name = name;
        this.routes = routes;
    }

    String name() {
        return name;
    }

    /** As they were read last; whether they still hold is asked with every commit. */
    TopicRoutes routes() {
        return routes;
    }

    void used(long monotonicMillis) {
        lastUsedMillis = monotonicMillis;
    }

    boolean isUnusedSince(long monotonicMillis) {
        return lastUsedMillis < monotonicMillis && reloading == null;
    }

    /** A commit by these routes is stored: tells those who follow the topic. */
    void retained(TopicRoutes of) {
        if (of.topic().followed()) {
            directory.retained(of.topic().id());
        }
    }

    /** The queues of the routes, in their order; empty if one is not known here, so that they must be read again. */
    Optional<List<QueueDispatcher>> queues(TopicRoutes of) {
        List<QueueDispatcher> queues = new ArrayList<>(of.routes().size());
        for (TopicRoutes.Route route : of.routes()) {
            Optional<QueueDispatcher> queue = directory.queue(route.queueId());
            if (queue.isEmpty()) {
                return Optional.empty();
            }
            queues.add(queue.get());
        }
        return Optional.of(queues);
    }

    /** The queues of the present routes; none if one is not known here, so that the routes will be read again. */
    List<QueueDispatcher> knownQueues() {
        return queues(routes).orElse(List.of());
    }

    /** Reads the routes again; callers share one look. Completes on the loop; fails with {@code topic-not-found}. */
    Future<Void> reload() {
        if (reloading == null) {
            Future<Void> loading =
                    directory.load(name).onSuccess(found -> routes = found).mapEmpty();
            reloading = loading;
            loading.onComplete(done -> reloading = null);
            return loading;
        }
        return reloading;
    }
}
