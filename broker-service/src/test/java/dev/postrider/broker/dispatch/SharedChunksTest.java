package dev.postrider.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages that are published to several queues at once, and the rows that they become. */
class SharedChunksTest {
    private static final int QUEUES = 100;

    private final LoneBroker lone = new LoneBroker();
    private final ManualLoop loop = lone.loop;
    private final ForgetfulStore store = lone.store;
    private final Broker broker = lone.broker;
    private final Map<String, List<Delivered>> delivered = new TreeMap<>();

    @BeforeEach
    void aConsumerOnEachQueue() {
        for (int i = 0; i < QUEUES; i++) {
            String queue = "queue-" + i;
            List<Delivered> messages = new ArrayList<>();
            delivered.put(queue, messages);
            lone.open(i, queue);
            lone.join(queue, 10_000, messages::addAll, LoneBroker::unexpected);
        }
        loop.advance(10);
    }

    @Test
    void areOneChunkWhereEachQueueGetsFew() {
        List<Future<List<String>>> answers = new ArrayList<>();
        delivered.keySet().forEach(queue -> answers.add(publish(queue, 3)));
        loop.advance(100);

        assertThat(store.chunkCount()).isEqualTo(1);
        assertThat(answers).allMatch(answer -> answer.result().size() == 3);
        assertThat(answers.stream().flatMap(answer -> answer.result().stream())).doesNotHaveDuplicates();
        delivered.forEach((queue, messages) -> assertThat(messages)
                .extracting(message -> new String(message.record().body(), StandardCharsets.UTF_8))
                .containsExactly(queue + " 0", queue + " 1", queue + " 2"));
    }

    @Test
    void areChunksOfTheirOwnWhereAQueueGetsMany() {
        publish("queue-0", 1_000);
        publish("queue-1", 1);
        publish("queue-2", 1);
        loop.advance(100);

        assertThat(store.chunkCount()).isEqualTo(2);
        assertThat(delivered.get("queue-0")).hasSize(1_000);
        assertThat(delivered.get("queue-2")).hasSize(1);
    }

    @Test
    void countOnceInMemoryHoweverManyQueuesHaveAPart() {
        delivered.keySet().forEach(queue -> publish(queue, 3));
        loop.advance(100);

        assertThat(BrokerMemory.of(broker).ranges()).isEqualTo(QUEUES);
        assertThat(BrokerMemory.of(broker).heldBytes()).isBetween(1L, 20_000L);
    }

    private Future<List<String>> publish(String queue, int count) {
        return broker.publish(
                queue,
                IntStream.range(0, count)
                        .mapToObj(i -> MessageRecord.builder()
                                .body((queue + " " + i).getBytes(StandardCharsets.UTF_8))
                                .build())
                        .toList());
    }
}
