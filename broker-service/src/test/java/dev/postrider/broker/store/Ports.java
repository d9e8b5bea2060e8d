package dev.postrider.broker.store;

/** All ports of one implementation, over one set of data. */
public record Ports(
        MessageStore messages,
        QueueStore queues,
        DeadLetterStore deadLetters,
        BrokerRegistry brokers,
        MaintenanceStore maintenance) {}
