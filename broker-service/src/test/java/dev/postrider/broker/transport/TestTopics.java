package dev.postrider.broker.transport;

import static dev.postrider.broker.transport.TestQueues.result;

import dev.postrider.broker.dispatch.Publisher;
import dev.postrider.broker.dispatch.Topics;
import dev.postrider.protocol.record.MessageRecord;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Prepares topics of the broker in the test's JVM. */
@Singleton
public final class TestTopics {
    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final Topics topics;
    private final Publisher publisher;

    TestTopics(Topics topics, Publisher publisher) {
        this.topics = topics;
        this.publisher = publisher;
    }

    /** A new topic to which these queues are subscribed. */
    public String createWith(String... queues) {
        String name = "topic" + COUNTER.incrementAndGet();
        result(topics.put(name, null));
        for (String queue : queues) {
            result(topics.subscribe(name, queue, null));
        }
        return name;
    }

    /** Names of the subscribed queues. */
    public List<String> queues(String topic) {
        return result(topics.get(topic)).subscriptions().stream()
                .map(subscription -> subscription.queue().name())
                .toList();
    }

    public void publish(String topic, List<String> texts) {
        var unused = result(publisher.publishToTopic(
                topic,
                texts.stream()
                        .map(text -> MessageRecord.builder()
                                .contentType("text/plain")
                                .body(text.getBytes(StandardCharsets.UTF_8))
                                .build())
                        .toList()));
    }
}
