package dev.postrider.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.Followers.Gap;
import dev.postrider.broker.dispatch.Followers.Portion;
import dev.postrider.broker.dispatch.Followers.Start;
import dev.postrider.broker.store.PeekedDelivery;
import dev.postrider.broker.store.RetainedStore;
import dev.postrider.broker.store.StoreException;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.TextDuration;
import dev.postrider.protocol.codec.RecordBatchWriter;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicFollowingTest {
    private static final long T0 = 1_800_000_000_000L;
    private static final long MINUTE = 60_000;
    private static final TextDuration HOUR = TextDuration.parse("retention", "1h");

    private final ManualLoop loop = new ManualLoop();
    private final ScriptedStore store = new ScriptedStore();
    private final TopicFeed feed = new TopicFeed(loop, store, 7);

    @Test
    void waitsForWhatComesAndHasNoGapHoweverLongNothingDoes() {
        TopicFollowing following = following(new Position(0, Position.ALL, T0));
        Future<Portion> next = next(following);
        for (int minute = 1; minute <= 10; minute++) {
            store.nowMillis = T0 + minute * 30_000;
            wake();
            assertThat(next.isComplete()).isFalse();
        }
        assertThat(following.position().millis()).isEqualTo(store.nowMillis);

        store.put(1, store.nowMillis, "a");
        wake();

        assertThat(texts(next)).containsExactly("a");
        assertThat(next.result().gap()).isNull();
    }

    @Test
    void tellsOfAGapWhenItWasAwayForLongerThanIsKept() {
        TopicFollowing following = following(new Position(0, Position.ALL, T0));
        store.nowMillis = T0 + 2 * MINUTE;
        store.put(9, store.nowMillis, "b");

        Future<Portion> next = next(following);

        assertThat(next.result().gap()).isEqualTo(new Gap(T0, store.nowMillis - 45_000));
        assertThat(texts(next)).containsExactly("b");
        Future<Portion> further = next(following);
        store.put(10, store.nowMillis, "c");
        wake();
        assertThat(further.result().gap()).isNull();
    }

    @Test
    void readsOnHoweverSlowlyWithinTheRetention() {
        store.retention = HOUR;
        store.sinceMillis = T0 - 60 * MINUTE;
        TopicFollowing following = following(new Position(0, Position.ALL, T0));
        store.put(1, T0, "a");
        assertThat(texts(next(following))).containsExactly("a");
        store.put(2, T0 + 1, "b");
        store.nowMillis = T0 + 59 * MINUTE;

        Future<Portion> next = next(following);

        assertThat(next.result().gap()).isNull();
        assertThat(texts(next)).containsExactly("b");
    }

    @Test
    void tellsOfAGapWhereTheTopicDidNotRetainInBetween() {
        store.retention = HOUR;
        store.sinceMillis = T0 + 10 * MINUTE;
        store.nowMillis = T0 + 11 * MINUTE;

        Future<Portion> next = next(following(new Position(5, Position.ALL, T0)));

        assertThat(next.result().gap()).isEqualTo(new Gap(T0, store.sinceMillis));
    }

    @Test
    void readsTheRestOfWhatItHadBegunAndNoMore() {
        store.put(4, T0, "a", "b", "c");
        store.put(5, T0, "d");

        Future<Portion> next = next(following(new Position(4, 1, T0)));

        assertThat(texts(next)).containsExactly("c", "d");
        assertThat(next.result().messages().get(0).position()).isEqualTo(new Position(4, 2, T0));
    }

    @Test
    void saysNoPositionBehindWhatIsOnItsWay() {
        Position begin = new Position(0, Position.ALL, T0);
        TopicFollowing following = following(begin);
        store.put(1, T0, "a");

        assertThat(texts(next(following))).containsExactly("a");

        assertThat(following.position()).isEqualTo(begin);
        next(following);
        assertThat(following.position().place()).isEqualTo(1);
    }

    @Test
    void asksAgainWhenTheDatabaseIsAway() {
        TopicFollowing following = following(new Position(0, Position.ALL, T0));
        store.failing = true;
        Future<Portion> next = next(following);
        loop.advance(10_000);
        store.failing = false;
        store.put(1, T0, "a");
        loop.advance(1_000);

        assertThat(texts(next)).containsExactly("a");
    }

    @Test
    void endsWithItsTopicAndWithItsBroker() {
        Future<Portion> next = next(following(new Position(0, Position.ALL, T0)));
        feed.close(new BrokerException(ProblemCode.UNAVAILABLE, "It leaves"));
        loop.turn();
        assertThat(next.cause()).hasMessageContaining("It leaves");

        TopicFeed other = new TopicFeed(loop, store, 8);
        store.exists = false;
        Future<Portion> gone = next(following(other, new Position(0, Position.ALL, T0)));
        assertThat(((BrokerException) gone.cause()).code()).isEqualTo(ProblemCode.TOPIC_NOT_FOUND);
    }

    @Test
    void sharesItsReadsWithThoseWhoStandAtTheSamePlace() {
        List<Future<Portion>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(following(new Position(0, Position.ALL, T0)).next());
        }
        loop.turn();
        store.put(1, T0, "a");
        int before = store.reads;
        wake();

        assertThat(all).allSatisfy(next -> assertThat(texts(next)).containsExactly("a"));
        assertThat(store.reads - before).isEqualTo(1);
    }

    private TopicFollowing following(Position first) {
        return following(feed, first);
    }

    private TopicFollowing following(TopicFeed of, Position first) {
        return new TopicFollowing(loop, null, new TopicFeeds.Member(of, T0), "t", new Start(first, -1, null), first);
    }

    private Future<Portion> next(TopicFollowing following) {
        Future<Portion> next = following.next();
        loop.turn();
        return next;
    }

    private void wake() {
        feed.wake();
        loop.turn();
    }

    private static List<String> texts(Future<Portion> portion) {
        return portion.result().messages().stream()
                .map(followed -> new String(followed.message().record().body(), StandardCharsets.UTF_8))
                .toList();
    }

    /** Has what a test puts into it, and the time that it says. */
    private static final class ScriptedStore implements RetainedStore {
        private final List<Retained> entries = new ArrayList<>();
        private long nowMillis = T0;
        private TextDuration retention;
        private long sinceMillis;
        private boolean exists = true;
        private boolean failing;
        private int reads;

        void put(long place, long millis, String... texts) {
            RecordBatchWriter writer = new RecordBatchWriter();
            for (String text : texts) {
                writer.append(MessageRecord.builder()
                        .body(text.getBytes(StandardCharsets.UTF_8))
                        .build());
            }
            entries.add(new Retained(place, ChunkIds.floorOf(millis) + place, 0, texts.length, writer.finish()));
        }

        @Override
        public Future<Page> read(int topicId, long afterPlace, int bytesMax) {
            reads++;
            return failing
                    ? Future.failedFuture(new StoreException(StoreException.Outcome.NOT_STORED, "Away", null))
                    : Future.succeededFuture(new Page(
                            new Extent(nowMillis, exists, retention, sinceMillis),
                            entries.stream()
                                    .filter(entry -> entry.place() > afterPlace)
                                    .toList()));
        }

        @Override
        public Future<Long> last(int topicId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Long> before(int topicId, long millis) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<List<PeekedDelivery>> owing(int queueId, Collection<Long> chunkIds) {
            throw new UnsupportedOperationException();
        }
    }
}
