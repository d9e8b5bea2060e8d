package dev.postrider.worker;

import io.smallrye.mutiny.Uni;

/**
 * Does the work of one message without blocking: it is called on the client's event loop. The item (or null) that the
 * {@link Uni} ends with acknowledges the message; a failure, or an exception thrown in place of a Uni, means what it
 * means for a {@link Handler}.
 *
 * @param <T> what the payload is read as
 */
@FunctionalInterface
public interface AsyncHandler<T> {

    /** Starts handling one message. The Uni is subscribed once, and cancelled on timeout and at a drain's end. */
    Uni<Void> handle(T payload, Delivery delivery);
}
