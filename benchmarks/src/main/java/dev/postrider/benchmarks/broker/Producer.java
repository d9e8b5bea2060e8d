package dev.postrider.benchmarks.broker;

/** Publishes without waiting; used by one thread. */
public interface Producer {

    /**
     * Hands a message to the client, which may batch it with others of the same moment. May block for as long as the
     * client's own flow control wants it.
     *
     * @param body belongs to the producer from now on
     */
    void publish(String queue, byte[] body);
}
