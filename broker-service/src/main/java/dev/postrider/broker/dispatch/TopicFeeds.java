package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.store.TopicStore;
import dev.postrider.protocol.ProblemCode;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The topics that clients of this broker follow. The first client of a topic makes the database say so, whereupon all
 * brokers retain what is published to it. Runs on the broker's event loop.
 */
final class TopicFeeds {
    /** For what no signal told of. */
    private static final long POLL_MILLIS = 1_000;

    private final EventLoop loop;
    private final TopicStore store;
    private final BrokerSession session;
    private final DatabaseClock clock;
    private final Map<Integer, Entry> entries = new HashMap<>();
    /** A topic that was left may be followed again only when the database knows of it. */
    private final Map<Integer, Future<?>> leaving = new HashMap<>();

    private boolean polls;

    /** A topic that is followed, or about to be. */
    private static final class Entry {
        final TopicFeed feed;
        final long brokerId;
        Future<Member> opened;
        int members;

        Entry(TopicFeed feed, long brokerId) {
            this.feed = feed;
            this.brokerId = brokerId;
        }
    }

    /**
     * The feed, for one who follows.
     *
     * @param sinceMillis from then on everything is retained, by the database's clock
     */
    record Member(TopicFeed feed, long sinceMillis) {}

    TopicFeeds(EventLoop loop, TopicStore store, BrokerSession session, DatabaseClock clock) {
        this.loop = loop;
        this.store = store;
        this.session = session;
        this.clock = clock;
    }

    /** Has one more follow the topic, until {@link #leave}. Completes on the loop. */
    Future<Member> enter(int topicId) {
        Entry entry = entries.computeIfAbsent(topicId, this::open);
        entry.members++;
        return entry.opened;
    }

    private Entry open(int topicId) {
        long brokerId = session.brokerId();
        Entry entry = new Entry(new TopicFeed(loop, store.retained(), topicId), brokerId);
        Future<?> left = leaving.getOrDefault(topicId, Future.succeededFuture());
        entry.opened = left.transform(done -> loop.attempt(() -> store.follow(topicId, brokerId)))
                .map(followed -> {
                    if (entry.feed.closed() != null) {
                        throw entry.feed.closed();
                    }
                    if (!followed) {
                        throw new BrokerException(
                                ProblemCode.UNAVAILABLE, "The topic was deleted just now, or this broker fenced");
                    }
                    return new Member(entry.feed, clock.nowMillis());
                });
        entry.opened.onFailure(e -> loop.execute(() -> entries.remove(topicId, entry)));
        poll();
        return entry;
    }

    private void poll() {
        if (!polls) {
            polls = true;
            loop.timer(POLL_MILLIS, () -> {
                polls = false;
                wakeAll();
                if (!entries.isEmpty()) {
                    poll();
                }
            });
        }
    }

    /** One who has entered goes. */
    void leave(TopicFeed feed) {
        Entry entry = entries.get(feed.topicId());
        if (entry == null || !entry.feed.equals(feed) || --entry.members > 0) {
            return;
        }
        int topicId = feed.topicId();
        entries.remove(topicId);
        // What is not taken back is taken back when this broker leaves; until then it costs some space.
        Future<?> left = loop.attempt(() -> store.unfollow(topicId, entry.brokerId));
        leaving.put(topicId, left);
        left.onComplete(done -> leaving.remove(topicId, left));
    }

    /** Something was stored; {@code ids} are those of queues and minus those of topics. */
    void wake(Collection<Integer> ids) {
        if (!entries.isEmpty()) {
            ids.forEach(id -> wake(-id));
        }
    }

    void wake(int topicId) {
        Entry entry = entries.get(topicId);
        if (entry != null) {
            entry.feed.wake();
        }
    }

    void wakeAll() {
        new ArrayList<>(entries.values()).forEach(entry -> entry.feed.wake());
    }

    /** Ends all: this broker leaves, or does not count among the living any more. */
    void closeAll(BrokerException reason) {
        List<Entry> closing = new ArrayList<>(entries.values());
        entries.clear();
        closing.forEach(entry -> entry.feed.close(reason));
    }
}
