package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.QueueStore;
import dev.postrider.protocol.Names;
import dev.postrider.protocol.ProblemCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The queues that this broker has to do with, by name and by id. Runs on the broker's event loop. */
final class QueueDirectory {
    /** A queue that nobody used for so long is let go: ten thousand idle ones cost nothing. */
    private static final long UNUSED_MILLIS = 60_000;

    /** Bounds what the slow look costs where there are many queues. */
    private static final int REFRESHED_AT_ONCE = 100;

    private final QueueStore store;
    private final boolean autoCreate;
    private final EventLoop loop;
    private final Map<String, QueueDispatcher> byName = new HashMap<>();
    private final Map<Integer, QueueDispatcher> byId = new HashMap<>();
    private final Map<String, Future<QueueDispatcher>> opening = new HashMap<>();
    private Engine engine;
    private int lastRefreshed;

    QueueDirectory(QueueStore store, boolean autoCreate, EventLoop loop) {
        this.store = store;
        this.autoCreate = autoCreate;
        this.loop = loop;
    }

    void start(Engine value) {
        engine = value;
    }

    /** The queue with that name, created if absent where the broker is set so; fails with {@code queue-not-found}. */
    Future<QueueDispatcher> open(String name) {
        return open(name, autoCreate);
    }

    /** The queue with that name; fails with {@code queue-not-found}. */
    Future<QueueDispatcher> existing(String name) {
        return open(name, false);
    }

    /** The queue with that name, created if absent. */
    Future<QueueDispatcher> openOrCreate(String name) {
        return open(name, true);
    }

    private Future<QueueDispatcher> open(String name, boolean create) {
        QueueDispatcher known = byName.get(name);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        if (!Names.isValid(name)) {
            return Future.failedFuture(
                    new BrokerException(ProblemCode.INVALID_REQUEST, "The queue's name is not valid"));
        }
        String key = (create ? "+" : "-") + name;
        Future<QueueDispatcher> underWay = opening.get(key);
        if (underWay != null) {
            return underWay;
        }
        Promise<QueueDispatcher> opened = Promise.promise();
        opening.put(key, opened.future());
        find(name, create)
                .onComplete(done -> loop.execute(() -> {
                    opening.remove(key);
                    if (done.succeeded()) {
                        opened.complete(take(done.result()));
                    } else {
                        opened.fail(done.cause());
                    }
                }));
        return opened.future();
    }

    private Future<QueueDefinition> find(String name, boolean create) {
        return store.find(name).compose(found -> {
            if (found.isPresent()) {
                return Future.succeededFuture(found.get());
            }
            return create ? store.createIfAbsent(name, QueueSettings.DEFAULTS) : Future.failedFuture(notFound(name));
        });
    }

    static BrokerException notFound(String name) {
        return new BrokerException(ProblemCode.QUEUE_NOT_FOUND, "There is no queue '" + name + "'");
    }

    /** Takes in a definition that was just read, and answers its dispatcher. */
    QueueDispatcher take(QueueDefinition definition) {
        QueueDispatcher known = byId.get(definition.id());
        if (known == null) {
            QueueDispatcher sameName = byName.get(definition.name());
            if (sameName != null) {
                remove(sameName.definition().id());
            }
            known = new QueueDispatcher(engine, definition);
            byId.put(definition.id(), known);
            byName.put(definition.name(), known);
        } else if (definition.version() > known.definition().version()) {
            known.define(definition);
        }
        linkDeadLetterQueue(known);
        return known;
    }

    private void linkDeadLetterQueue(QueueDispatcher queue) {
        String target = queue.definition().settings().deadLetterQueue();
        if (target == null) {
            queue.setDeadLetterTarget(null);
            return;
        }
        if (queue.deadLetterTarget() == null
                || !queue.deadLetterTarget().definition().name().equals(target)) {
            openOrCreate(target)
                    .onSuccess(queue::setDeadLetterTarget)
                    // Until it can be opened the queue keeps its dead letters itself, and nothing is lost.
                    .onFailure(ignored -> queue.setDeadLetterTarget(null));
        }
    }

    /** A queue's definition changed or it is gone: reads it again. */
    void refresh(int queueId) {
        if (byId.containsKey(queueId)) {
            store.find(queueId).onSuccess(found -> loop.execute(() -> refreshed(queueId, found)));
        }
    }

    private void refreshed(int queueId, Optional<QueueDefinition> found) {
        if (found.isPresent()) {
            take(found.get());
        } else {
            remove(queueId);
        }
    }

    /** The queue was deleted: its consumers end. */
    void remove(int queueId) {
        QueueDispatcher gone = byId.remove(queueId);
        if (gone != null) {
            byName.remove(gone.definition().name(), gone);
            for (QueueDispatcher other : byId.values()) {
                if (other.deadLetterTarget() != null && other.deadLetterTarget().equals(gone)) {
                    other.setDeadLetterTarget(null);
                }
            }
            gone.close(notFound(gone.definition().name()));
            engine.listener().deleted(gone.definition().name());
        }
    }

    Optional<QueueDispatcher> byId(int queueId) {
        return Optional.ofNullable(byId.get(queueId));
    }

    /** The name of the queue with that id; fails with {@code queue-not-found}. */
    Future<String> nameOf(int queueId) {
        QueueDispatcher known = byId.get(queueId);
        if (known != null) {
            return Future.succeededFuture(known.definition().name());
        }
        return store.find(queueId)
                .map(found -> found.orElseThrow(() -> notFound("#" + queueId)).name());
    }

    Collection<QueueDispatcher> all() {
        return byId.values();
    }

    void refreshAll() {
        new ArrayList<>(byId.keySet()).forEach(this::refresh);
    }

    /** Reads some definitions again, others each time: a change may have been told in a signal that was lost. */
    void refreshSome() {
        List<Integer> next = byId.keySet().stream()
                .sorted()
                .filter(id -> id > lastRefreshed)
                .limit(REFRESHED_AT_ONCE)
                .toList();
        lastRefreshed = next.size() < REFRESHED_AT_ONCE ? 0 : next.get(next.size() - 1);
        next.forEach(this::refresh);
    }

    void wake(Collection<Integer> queueIds) {
        queueIds.forEach(id -> byId(id).ifPresent(QueueDispatcher::wake));
    }

    /** Lets queues go that nobody uses; they are read again when somebody does. */
    void dropUnused() {
        long before = loop.monotonicMillis() - UNUSED_MILLIS;
        List<QueueDispatcher> targets =
                byId.values().stream().map(QueueDispatcher::deadLetterTarget).toList();
        byId.values().removeIf(queue -> {
            boolean unused = queue.isUnusedSince(before) && !targets.contains(queue);
            if (unused) {
                byName.remove(queue.definition().name(), queue);
            }
            return unused;
        });
    }
}
