package dev.postrider.broker.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.dispatch.TopicService;
import dev.postrider.broker.maintenance.RunningBroker.Client;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A topic that is changed through one broker and published to through another. */
class TopicsOfSeveralBrokersTest {
    private static final String TOPIC = "news";
    private static final DatabaseSettings FEW = new DatabaseSettings(3, 2, 1_000, 10_000, 5_000, 5);

    private final Vertx vertx = Vertx.vertx();
    private RunningBroker here;
    private RunningBroker there;
    private TopicService topics;

    @BeforeEach
    void start() {
        DatabaseUrl url = TestServer.newDatabase();
        here = new RunningBroker(vertx, url, FEW, "here:1").join();
        there = new RunningBroker(vertx, url, FEW, "there:1").join();
        topics = new TopicService(here.broker, here.storage.topics());
    }

    @AfterEach
    void stop() {
        here.close();
        there.close();
        Await.result(vertx.close());
    }

    @Test
    void everyPublishAfterASubscriptionWasAnsweredGoesByItWhereverItIsTaken() {
        // So that the other broker remembers routes that hold no more.
        Await.result(publish("0"));
        for (int i = 1; i <= 20; i++) {
            Await.result(topics.subscribe(TOPIC, "q" + i, null));
            Await.result(publish(Integer.toString(i)));
        }

        for (int i = 1; i <= 20; i++) {
            Client client = consume(here, "q" + i);
            int expected = 21 - i;
            Await.until(client.got::size, count -> count >= expected);
            assertThat(client.got).hasSize(expected);
        }
    }

    @Test
    void aPublishThatWaitsWhileRoutesChangeReachesEachQueueOnce() {
        Await.result(topics.subscribe(TOPIC, "first", null));
        Client first = consume(there, "first");
        List<Future<?>> published = new ArrayList<>();
        List<Future<?>> changes = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            published.add(publish(Integer.toString(i)));
            if (i % 20 == 0) {
                changes.add(topics.subscribe(TOPIC, "other" + i, null));
            }
        }
        Await.result(Future.all(published));
        Await.result(Future.all(changes));

        Await.until(first.got::size, count -> count >= 200);
        assertThat(first.got).extracting(message -> message.id()).hasSize(200).doesNotHaveDuplicates();
    }

    @Test
    void aQueueThatWasDeletedGetsNothingAndTheOthersGoOn() {
        Await.result(topics.subscribe(TOPIC, "gone", null));
        Await.result(topics.subscribe(TOPIC, "stays", null));
        Await.result(publish("a"));
        int gone =
                Await.result(here.storage.queues().find("gone")).orElseThrow().id();

        Await.result(here.storage.queues().delete(gone, false));
        Await.result(publish("b"));

        Client client = consume(here, "stays");
        Await.until(client.got::size, count -> count >= 2);
        assertThat(Await.result(here.storage.queues().figures(List.of(gone))).values())
                .allMatch(figures -> figures.ready() + figures.owned() == 0);
    }

    @Test
    void consumersOfBothBrokersGetTheirQueuesCopiesOfOneChunk() {
        Await.result(topics.subscribe(TOPIC, "a", null));
        Await.result(topics.subscribe(TOPIC, "b", null));
        Client a = consume(there, "a");
        Client b = consume(here, "b");

        Await.result(publish("x"));

        Await.until(a.got::size, count -> count == 1);
        Await.until(b.got::size, count -> count == 1);
        assertThat(a.got.peek().receipt().chunkId())
                .isEqualTo(b.got.peek().receipt().chunkId());
        assertThat(a.got.peek().id()).isEqualTo(b.got.peek().id());
    }

    @Test
    void whatIsRetainedGoesWhenItsTimeIsUpAndComesToNoQueueBefore() {
        Await.result(topics.put(TOPIC, TextDuration.ofMillis(8_000)));
        Await.result(topics.subscribe(TOPIC, "q", null));
        int topic = Await.result(topics.get(TOPIC)).topic().id();
        Client client = consume(here, "q");

        Await.result(publish("a"));
        assertThat(retained(topic)).isEqualTo(1);
        Await.until(client.got::size, count -> count == 1);
        ack(here, "q", client);

        Await.until(() -> retained(topic), count -> count == 0);
        assertThat(client.got).hasSize(1);
        assertThat(Await.result(topics.seek("q", 0))).isZero();
    }

    @Test
    void whatIsRetainedAndNotOwedIsSoughtThroughAnyBroker() {
        Await.result(topics.put(TOPIC, TextDuration.ofMillis(3_600_000)));
        List<String> early = Await.result(publish("early"));
        Await.result(topics.subscribe(TOPIC, "q", null));
        List<String> owed = Await.result(publish("owed"));

        assertThat(Await.result(topics.seek("q", 0))).isEqualTo(1);

        Client client = consume(there, "q");
        Await.until(client.got::size, count -> count == 2);
        assertThat(client.got).extracting(message -> message.id()).containsExactlyInAnyOrder(early.get(0), owed.get(0));
        ack(there, "q", client);
        assertThat(Await.result(topics.seek("q", 0))).isEqualTo(2);
        assertThat(Await.result(topics.seek("q", here.broker.nowMillis() + 60_000)))
                .isZero();
    }

    private static void ack(RunningBroker broker, String queue, Client client) {
        List<String> receipts =
                client.got.stream().map(message -> message.receipt().toText()).toList();
        assertThat(Await.result(broker.settler.ack(queue, receipts)).settled()).isEqualTo(receipts.size());
    }

    private int retained(int topic) {
        return Await.result(here.storage.topics().retained().read(topic, 0, 1_000))
                .entries()
                .size();
    }

    private Future<List<String>> publish(String text) {
        return there.broker.publishToTopic(
                TOPIC,
                List.of(MessageRecord.builder()
                        .body(text.getBytes(StandardCharsets.UTF_8))
                        .build()));
    }

    private static Client consume(RunningBroker broker, String queue) {
        Client client = new Client();
        Await.result(broker.broker.join(queue, new Consumers.Options(60_000, 1_000, true), client));
        return client;
    }
}
