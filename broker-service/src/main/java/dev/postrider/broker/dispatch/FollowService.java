package dev.postrider.broker.dispatch;

import dev.postrider.protocol.Names;
import io.vertx.core.Future;

/** Follows topics by what they retain: on every broker the same, in the same order. */
public final class FollowService implements Followers {
    private final Broker broker;

    public FollowService(Broker broker) {
        this.broker = broker;
    }

    @Override
    public Future<Following> follow(String topic, Start start) {
        return CallerContext.call(broker.loop(), () -> {
            broker.checkOpen();
            Names.check("topic", topic);
            return broker.topics()
                    .load(topic)
                    .compose(routes -> broker.feeds().enter(routes.topic().id()))
                    .compose(member -> begin(topic, member, start));
        });
    }

    private Future<Following> begin(String topic, TopicFeeds.Member member, Start start) {
        return first(member, start)
                .<Following>map(
                        position -> new TopicFollowing(broker.loop(), broker.feeds(), member, topic, start, position))
                .onFailure(e -> broker.feeds().leave(member.feed()));
    }

    /** What is published from now on lies behind it, or was published since then. */
    private Future<Position> first(TopicFeeds.Member member, Start start) {
        TopicFeed feed = member.feed();
        long now = Math.max(member.sinceMillis(), broker.nowMillis());
        Position after = start.after();
        if (after != null) {
            return broker.loop()
                    .attempt(() -> feed.store().last(feed.topicId()))
                    .map(last -> resumed(after, last, now));
        }
        boolean live = start.fromMillis() < 0;
        return broker.loop()
                .attempt(() -> live
                        ? feed.store().last(feed.topicId())
                        : feed.store().before(feed.topicId(), start.fromMillis()))
                .map(place -> new Position(place, Position.ALL, live ? now : Math.min(now, start.fromMillis())));
    }

    /**
     * Where one who comes back goes on. A place behind the last one was read from another database, or this one was
     * restored since: whoever waited for it would miss all before it in silence.
     */
    static Position resumed(Position after, long last, long now) {
        // Nobody has read what is to come, whatever the position says: a gap would be hidden by it.
        long millis = Math.min(now, after.millis());
        if (after.place() <= last) {
            return new Position(after.place(), after.index(), millis);
        }
        // Where nothing is retained, all that comes is new, and a topic that was quiet for long has no gap.
        return new Position(0, Position.ALL, last == 0 ? millis : 0);
    }
}
