package dev.postrider.broker.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.dispatch.FollowService;
import dev.postrider.broker.dispatch.Followers.Followed;
import dev.postrider.broker.dispatch.Followers.Following;
import dev.postrider.broker.dispatch.Followers.Gap;
import dev.postrider.broker.dispatch.Followers.Start;
import dev.postrider.broker.dispatch.Position;
import dev.postrider.broker.dispatch.TopicService;
import dev.postrider.broker.store.Await;
import dev.postrider.broker.store.postgres.DatabaseSettings;
import dev.postrider.broker.store.postgres.DatabaseUrl;
import dev.postrider.broker.store.postgres.TestServer;
import dev.postrider.protocol.TextDuration;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Topics that are followed through one broker and published to through another. */
class FollowingTopicsTest {
    private static final String TOPIC = "news";
    private static final DatabaseSettings FEW = new DatabaseSettings(3, 2, 1_000, 10_000, 5_000, 5);
    private static final Start NOW = new Start(null, -1, null);

    private final Vertx vertx = Vertx.vertx();
    private RunningBroker here;
    private RunningBroker there;

    @BeforeEach
    void start() {
        DatabaseUrl url = TestServer.newDatabase();
        here = new RunningBroker(vertx, url, FEW, "here:1").join();
        there = new RunningBroker(vertx, url, FEW, "there:1").join();
    }

    @AfterEach
    void stop() {
        here.close();
        there.close();
        Await.result(vertx.close());
    }

    @Test
    void everythingThatIsPublishedAnywhereAfterTheAnswerComesEverywhereInOneOrder() {
        // So that the other broker remembers a topic that nobody follows.
        Await.result(publish(there, "before"));
        Reader one = new Reader(here, NOW);
        Reader other = new Reader(there, NOW);
        List<Future<?>> published = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            published.add(publish(i % 2 == 0 ? here : there, Integer.toString(i)));
        }
        Await.result(Future.all(published));

        List<String> expected =
                IntStream.range(0, 200).mapToObj(Integer::toString).toList();
        Await.until(one::texts, texts -> texts.size() >= 200);
        Await.until(other::texts, texts -> texts.size() >= 200);
        assertThat(one.texts()).containsExactlyInAnyOrderElementsOf(expected).isEqualTo(other.texts());
        assertThat(one.gaps).isEmpty();
        assertThat(other.gaps).isEmpty();
    }

    @Test
    void eachNewFollowerGetsAllThatIsPublishedSinceItsAnswerWhereverItIsTaken() {
        for (int i = 0; i < 10; i++) {
            Reader reader = new Reader(here, NOW);
            Await.result(publish(there, "a" + i));
            String text = "a" + i;
            Await.until(reader::texts, texts -> texts.equals(List.of(text)));
            reader.following.leave();
        }
    }

    @Test
    void whoLosesItsBrokerGoesOnAtAnotherAndMissesNothing() {
        Await.result(new TopicService(here.broker, here.storage.topics()).put(TOPIC, TextDuration.ofMillis(3_600_000)));
        Reader before = new Reader(there, NOW);
        Await.result(publish(there, "a"));
        Await.result(publish(here, "b"));
        Await.until(before::texts, texts -> texts.size() == 2);
        there.loop.pause();
        Await.result(publish(here, "c"));

        Reader after = new Reader(here, new Start(before.last().position(), -1, null));
        Await.result(publish(here, "d"));

        Await.until(after::texts, texts -> texts.size() >= 2);
        assertThat(after.texts()).containsExactly("c", "d");
        assertThat(after.gaps).isEmpty();
        there.loop.resume();
    }

    @Test
    void aTopicIsRetainedForItsFollowersNoLongerThanThereAreAny() {
        Reader reader = new Reader(here, NOW);
        Await.result(publish(there, "a"));
        Await.until(reader::texts, texts -> texts.size() == 1);
        int topic = Await.result(here.storage.topics().find(TOPIC))
                .orElseThrow()
                .topic()
                .id();
        assertThat(retained(topic)).isEqualTo(1);

        reader.following.leave();
        Await.until(
                () -> Await.result(here.storage.topics().find(TOPIC))
                        .orElseThrow()
                        .topic()
                        .followed(),
                followed -> !followed);
        Await.result(publish(there, "b"));

        assertThat(retained(topic)).isEqualTo(1);
    }

    @Test
    void aPositionFromTheFutureIsToldAsAGapAndGoesOnFromWhatIsRetained() {
        Await.result(new TopicService(here.broker, here.storage.topics()).put(TOPIC, TextDuration.ofMillis(3_600_000)));
        Await.result(publish(there, "a"));
        Position future = new Position(1_000_000_000, 0, System.currentTimeMillis());

        Reader reader = new Reader(here, new Start(future, -1, null));
        Await.result(publish(there, "b"));

        Await.until(reader::texts, texts -> texts.size() >= 2);
        assertThat(reader.texts()).containsExactly("a", "b");
        assertThat(reader.gaps).hasSize(1);
    }

    @Test
    void aPositionFromTheFutureOfATopicThatRetainsNothingKeepsNothingBack() {
        Await.result(publish(there, "before"));
        Position future = new Position(1_000_000_000, 0, System.currentTimeMillis());

        Reader reader = new Reader(here, new Start(future, -1, null));
        Await.result(publish(there, "a"));

        Await.until(reader::texts, texts -> !texts.isEmpty());
        assertThat(reader.texts()).containsExactly("a");
    }

    private int retained(int topic) {
        return Await.result(here.storage.topics().retained().read(topic, 0, 100_000))
                .entries()
                .size();
    }

    @Test
    void aBrokerThatStopsEndsItsFollowersAndIsNoneAnyMore() {
        Reader reader = new Reader(there, NOW);

        there.stop();

        Await.until(() -> reader.failed, failed -> failed != null);
        assertThat(Await.result(here.storage.topics().find(TOPIC))
                        .orElseThrow()
                        .topic()
                        .followed())
                .isFalse();
    }

    private static Future<List<String>> publish(RunningBroker broker, String text) {
        return broker.broker.publishToTopic(
                TOPIC,
                List.of(MessageRecord.builder()
                        .body(text.getBytes(StandardCharsets.UTF_8))
                        .build()));
    }

    /** Takes whatever comes. */
    private static final class Reader {
        final Following following;
        final Queue<Followed> got = new ConcurrentLinkedQueue<>();
        final Queue<Gap> gaps = new ConcurrentLinkedQueue<>();
        volatile Throwable failed;

        Reader(RunningBroker broker, Start start) {
            following = Await.result(new FollowService(broker.broker).follow(TOPIC, start));
            ask();
        }

        private void ask() {
            following
                    .next()
                    .onSuccess(portion -> {
                        if (portion.gap() != null) {
                            gaps.add(portion.gap());
                        }
                        got.addAll(portion.messages());
                        ask();
                    })
                    .onFailure(e -> failed = e);
        }

        List<String> texts() {
            return got.stream()
                    .map(followed -> new String(followed.message().record().body(), StandardCharsets.UTF_8))
                    .toList();
        }

        Followed last() {
            return List.copyOf(got).get(got.size() - 1);
        }
    }
}
