package dev.postrider.benchmarks.broker;

/**
 * A running broker. Closing it ends its process; its data goes with the directory it was started in. Used by one
 * thread, but for the connections, which live on theirs.
 */
public interface Broker extends AutoCloseable {

    /** As the server itself tells it, for instance {@code 7.0.15}. */
    String version();

    /**
     * Makes an empty queue that keeps its messages until they are settled.
     *
     * @param consumers how many connections will consume from it at a time
     * @param consumption how they will, for brokers that want to know beforehand
     */
    void createQueue(String queue, int consumers, Consumption consumption);

    /** Deletes a queue with what is left in it. */
    void deleteQueue(String queue);

    /** Opens a connection of its own, as one instance of an application has it. */
    Connection connect(Aim aim);

    @Override
    void close();
}
