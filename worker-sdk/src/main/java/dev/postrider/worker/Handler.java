package dev.postrider.worker;

/**
 * Does the work of one message, and may block: it runs on one of the worker's own threads. Returning acknowledges the
 * message. It may see a message twice: after a lost connection, a lost lease, a retry.
 *
 * @param <T> what the payload is read as
 */
@FunctionalInterface
public interface Handler<T> {

    /**
     * Handles one message.
     *
     * @throws RejectMessageException to send it straight to the dead letters
     * @throws RetryLaterException to have it again after a given time
     * @throws Exception to have it again after the queue's backoff, as often as its attempts allow; the exception's
     *     class and text are kept with the message
     */
    void handle(T payload, Delivery delivery) throws Exception;
}
