package dev.postrider.broker.simulation;

import dev.postrider.broker.store.BrokerRegistry;
import dev.postrider.broker.store.DeadLetterStore;
import dev.postrider.broker.store.MaintenanceStore;
import dev.postrider.broker.store.MessageStore;
import dev.postrider.broker.store.Ports;
import dev.postrider.broker.store.QueueStore;
import dev.postrider.broker.store.TopicStore;
import dev.postrider.broker.store.WakeSignals;

/** Everything that one broker process knows of the world outside. */
record Stores(
        MessageStore messages,
        QueueStore queues,
        TopicStore topics,
        DeadLetterStore deadLetters,
        BrokerRegistry brokers,
        MaintenanceStore maintenance,
        WakeSignals signals) {
    static Stores of(Ports ports, WakeSignals signals) {
        return new Stores(
                ports.messages(),
                ports.queues(),
                ports.topics(),
                ports.deadLetters(),
                ports.brokers(),
                ports.maintenance(),
                signals);
    }

    Stores with(MessageStore other) {
        return new Stores(other, queues, topics, deadLetters, brokers, maintenance, signals);
    }

    Stores with(WakeSignals other) {
        return new Stores(messages, queues, topics, deadLetters, brokers, maintenance, other);
    }
}
