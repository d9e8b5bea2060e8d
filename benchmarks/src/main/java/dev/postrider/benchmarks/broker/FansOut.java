package dev.postrider.benchmarks.broker;

import java.util.List;

/** A broker that copies what is published to a topic to several queues. */
public interface FansOut {

    /** Makes a topic to which these queues, which exist, are subscribed. */
    void createTopic(String topic, List<String> queues);

    /** Deletes a topic; its queues stay. */
    void deleteTopic(String topic);

    /** Opens a connection whose producers publish to topics where others publish to queues. */
    Connection connectToTopics(Aim aim);
}
