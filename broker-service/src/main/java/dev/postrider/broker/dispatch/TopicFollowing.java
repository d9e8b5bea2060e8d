package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.filter.Filter;
import dev.postrider.broker.filter.RecordSubject;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.RetainedStore;
import dev.postrider.broker.store.RetainedStore.Extent;
import dev.postrider.broker.store.RetainedStore.Page;
import dev.postrider.broker.store.RetainedStore.Retained;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a topic for one client, a page when the client is done with the one before. What the topic has dropped before
 * it was read is a gap: a client may be as slow as it likes, and costs no more for it.
 */
final class TopicFollowing implements Followers.Following {
    /** So long after the database has failed it is asked again. */
    private static final long AGAIN_MILLIS = 1_000;
    /** Commits take less, as a rule: what is made by so much earlier may be stored later. */
    private static final long MARGIN_MILLIS_MAX = 15_000;

    private final EventLoop loop;
    private final TopicFeeds feeds;
    private final TopicFeeds.Member member;
    private final String topic;
    private final Filter filter;
    private final long fromMillis;
    /** Behind the page that was read last. */
    private Position position;
    /** Behind what the client is known to have: the page that was read last may be on its way to it. */
    private volatile Position reached;

    private boolean left;

    TopicFollowing(
            EventLoop loop,
            TopicFeeds feeds,
            TopicFeeds.Member member,
            String topic,
            Followers.Start start,
            Position first) {
        this.loop = loop;
        this.feeds = feeds;
        this.member = member;
        this.topic = topic;
        this.filter = start.filter();
        this.fromMillis = start.after() == null ? start.fromMillis() : -1;
        this.position = first;
        this.reached = first;
    }

    @Override
    public Position position() {
        return reached;
    }

    @Override
    public void leave() {
        loop.execute(() -> {
            if (!left) {
                left = true;
                feeds.leave(member.feed());
            }
        });
    }

    @Override
    public Future<Followers.Portion> next() {
        return CallerContext.call(loop, () -> {
                    Promise<Read> answer = Promise.promise();
                    reached = position;
                    read(answer);
                    return answer.future();
                })
                .map(this::portion);
    }

    /** What was read, from where, and what is missing before it. */
    private record Read(Position after, Followers.Gap gap, Page page) {}

    private void read(Promise<Read> answer) {
        if (left) {
            return;
        }
        if (member.feed().closed() != null) {
            answer.fail(member.feed().closed());
            return;
        }
        long wakes = member.feed().wakes();
        // A part of what stands at that place may have been read: it is read again, and that part left out.
        Position after = position;
        long place = after.index() == Position.ALL ? after.place() : after.place() - 1;
        member.feed().read(place).onComplete(done -> {
            if (done.failed()) {
                loop.timer(AGAIN_MILLIS, () -> read(answer));
            } else {
                took(done.result(), after, wakes, answer);
            }
        });
    }

    private void took(Page page, Position after, long wakes, Promise<Read> answer) {
        Extent extent = page.extent();
        if (!extent.exists()) {
            answer.fail(TopicDirectory.notFound(topic));
            return;
        }
        long floor = floor(extent);
        Followers.Gap gap = after.millis() < floor ? new Followers.Gap(after.millis(), floor) : null;
        position = behind(page, after, gap == null ? after.millis() : floor);
        if (gap == null && page.entries().isEmpty()) {
            reached = position;
            member.feed().await(wakes, closed -> goOn(closed, answer));
        } else {
            answer.complete(new Read(after, gap, page));
        }
    }

    private void goOn(BrokerException closed, Promise<Read> answer) {
        if (closed != null) {
            answer.fail(closed);
        } else {
            read(answer);
        }
    }

    private static Position behind(Page page, Position after, long millis) {
        if (page.entries().isEmpty()) {
            // Nothing stands at that place any more, or all of it was read.
            return new Position(
                    after.place(), Position.ALL, Math.max(millis, page.extent().nowMillis()));
        }
        Retained last = page.entries().get(page.entries().size() - 1);
        return new Position(last.place(), Position.ALL, Math.max(millis, ChunkIds.millisOf(last.chunkId())));
    }

    /** From when on everything that was published is there. */
    private long floor(Extent extent) {
        long followed = Math.max(
                member.sinceMillis(),
                extent.nowMillis() - RetainedStore.FOLLOWED_MILLIS + margin(RetainedStore.FOLLOWED_MILLIS));
        if (extent.retention() == null) {
            return followed;
        }
        long retention = extent.retention().millis();
        long retained = Math.max(extent.sinceMillis(), extent.nowMillis() - retention + margin(retention));
        return Math.min(followed, retained);
    }

    private static long margin(long retention) {
        return Math.min(MARGIN_MILLIS_MAX, retention / 4);
    }

    /** On the caller's context: the broker's loop has more to do than to decode. */
    private Followers.Portion portion(Read read) {
        List<Followers.Followed> messages = new ArrayList<>();
        for (Retained entry : read.page().entries()) {
            RecordBatchReader reader = RecordBatchReader.of(entry.records());
            int from = entry.place() == read.after().place() ? read.after().index() + 1 : entry.first();
            for (int index = from; index < entry.first() + entry.count(); index++) {
                add(entry, index, reader.read(index), read.page().extent().nowMillis(), messages);
            }
        }
        return new Followers.Portion(read.gap(), messages);
    }

    private void add(
            Retained entry, int index, MessageRecord record, long nowMillis, List<Followers.Followed> messages) {
        long publishedAt = StoredRecords.publishedAtMillis(entry.chunkId(), record);
        long expiresAt = StoredRecords.expiresAtMillis(entry.chunkId(), record, QueueSettings.DEFAULTS);
        boolean wanted = publishedAt >= fromMillis
                && (expiresAt == 0 || expiresAt > nowMillis)
                && (filter == null || filter.matches(new RecordSubject(record)));
        if (wanted) {
            String id = StoredRecords.id(entry.chunkId(), index, record);
            messages.add(new Followers.Followed(
                    new Position(entry.place(), index, ChunkIds.millisOf(entry.chunkId())),
                    new Delivered(null, id, null, 1, publishedAt, expiresAt, record)));
        }
    }
}
