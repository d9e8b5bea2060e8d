package dev.postrider.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.outbox.OutboxPublisher.RefusedException;
import dev.postrider.outbox.OutboxPublisher.Scope;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboxTopicTest {
    private static OutboxDatabase database;

    private final RecordingBroker broker = new RecordingBroker();

    @BeforeAll
    static void createDatabase() {
        database = OutboxDatabase.withTables();
    }

    @BeforeEach
    void empty() {
        database.execute("delete from outbox");
    }

    @Test
    void whatATopicIsToGetReachesThePublisherAsATopicsRecord() {
        OutboxRecord written = OutboxRecord.text("purchases", "map")
                .toTopic()
                .withKey("p-1")
                .withType("purchase-made")
                .withHeader("goods", "true");
        database.commit(written);

        OutboxRelay.builder(database, broker).build().runOnce();

        assertThat(broker.stored()).singleElement().usingRecursiveComparison().isEqualTo(written);
        assertThat(broker.stored().get(0).isForTopic()).isTrue();
        assertThat(broker.stored().get(0).queue()).isEqualTo("purchases");
    }

    @Test
    void aQueueAndATopicOfOneNameArePublishedApart() {
        List<String> publishes = new ArrayList<>();
        database.commit(
                OutboxRecord.text("news", "to the queue"),
                OutboxRecord.text("news", "to the topic").toTopic());

        OutboxRelay.builder(
                        database,
                        (name, records) ->
                                publishes.add(name + " " + records.get(0).isForTopic() + " " + records.size()))
                .build()
                .runOnce();

        assertThat(publishes).containsExactly("news false 1", "news true 1");
        assertThat(database.count("outbox")).isZero();
    }

    @Test
    void aTopicThatTakesNothingDoesNotHoldTheQueueOfItsName() {
        broker.before(records -> {
            if (records.get(0).isForTopic()) {
                throw new RefusedException(Scope.QUEUE, "not now", null);
            }
        });
        OutboxRelay relay = OutboxRelay.builder(database, broker).build();
        database.commit(OutboxRecord.text("news", "to the topic").toTopic());
        relay.runOnce();

        database.commit(OutboxRecord.text("news", "to the queue"));
        relay.runOnce();

        assertThat(broker.texts()).containsExactly("to the queue");
        assertThat(database.count("outbox")).isEqualTo(1);
    }
}
