package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.store.RetainedStore;
import dev.postrider.broker.store.RetainedStore.Page;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What the clients of this broker that follow one topic have in common. Those that have read as far share what they
 * read next: a hundred of them cost one read. Runs on the broker's event loop.
 */
final class TopicFeed {
    /** What one read brings into memory, about. */
    private static final int BYTES_AT_A_TIME = 1 << 20;

    private final EventLoop loop;
    private final RetainedStore store;
    private final int topicId;
    private final Map<Long, Future<Page>> reading = new HashMap<>();
    private List<Consumer<BrokerException>> waiting = new ArrayList<>();
    private long wakes;
    private BrokerException closed;

    TopicFeed(EventLoop loop, RetainedStore store, int topicId) {
        this.loop = loop;
        this.store = store;
        this.topicId = topicId;
    }

    int topicId() {
        return topicId;
    }

    RetainedStore store() {
        return store;
    }

    /** Reads what lies behind a place. Completes on the loop. */
    Future<Page> read(long afterPlace) {
        Future<Page> underWay = reading.get(afterPlace);
        if (underWay != null) {
            return underWay;
        }
        Future<Page> started = loop.attempt(() -> store.read(topicId, afterPlace, BYTES_AT_A_TIME));
        reading.put(afterPlace, started);
        started.onComplete(done -> reading.remove(afterPlace, started));
        return started;
    }

    /** How often there may have been something new: to be asked before a read that {@link #await} follows. */
    long wakes() {
        return wakes;
    }

    /** Why it was closed; null: it is open. */
    BrokerException closed() {
        return closed;
    }

    /** Runs the task once there may be something that was not there after so many wakes; told why if it is closed. */
    void await(long wakesSeen, Consumer<BrokerException> task) {
        if (closed != null || wakes != wakesSeen) {
            loop.execute(() -> task.accept(closed));
        } else {
            waiting.add(task);
        }
    }

    /** There may be something new. */
    void wake() {
        wakes++;
        // A read that began before may have missed it: it is not shared with those who come now.
        reading.clear();
        List<Consumer<BrokerException>> woken = waiting;
        waiting = new ArrayList<>();
        woken.forEach(task -> task.accept(closed));
    }

    /** Nobody can go on. */
    void close(BrokerException reason) {
        closed = reason;
        wake();
    }
}
