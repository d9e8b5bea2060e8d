package dev.postrider.benchmarks.broker;

import java.util.List;

/** One connection of an application to a broker. Closing it stops its consumers. */
public interface Connection extends AutoCloseable {

    /**
     * A producer over this connection.
     *
     * @param contentType what the bodies are, for brokers that keep it
     * @param answers hears of everything published with it
     */
    Producer producer(String contentType, Answers answers);

    /**
     * Starts to consume from queues, until the connection is closed.
     *
     * @param queues that exist
     */
    void consume(List<String> queues, Consumption consumption, Deliveries deliveries);

    @Override
    void close();
}
