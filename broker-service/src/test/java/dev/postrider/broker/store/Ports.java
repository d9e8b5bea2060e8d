package dev.postrider.broker.store;

/** All ports of one implementation, over one set of data. */
public record Ports(
        MessageStore messages,
        QueueStore queues,
        TopicStore topics,
        DeadLetterStore deadLetters,
        BrokerRegistry brokers,
        MaintenanceStore maintenance) {}
