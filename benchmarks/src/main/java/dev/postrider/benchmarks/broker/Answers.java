package dev.postrider.benchmarks.broker;

/** Hears what became of published messages, on the client's threads. */
public interface Answers {

    /** So many more messages are as durable as the broker is said to make them. */
    void stored(int messages);

    /** So many messages are not known to be stored. */
    void failed(int messages, Throwable cause);
}
