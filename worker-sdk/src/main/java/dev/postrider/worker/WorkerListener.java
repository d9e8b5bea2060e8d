package dev.postrider.worker;

import java.time.Duration;

/**
 * Hears what happens to a worker's messages; for logs and metrics. Called on the threads that the work runs on, so it
 * must be quick and safe for several threads. What it throws is passed over.
 */
public interface WorkerListener {

    /** A message is taken up; its payload was not read yet. */
    default void started(Delivery delivery) {}

    /** Handled, and acknowledged by the broker. */
    default void succeeded(Delivery delivery, Duration took) {}

    /** Not handled; it comes again, or is a dead letter if its attempts are used up. */
    default void failed(Delivery delivery, Throwable cause, Duration took) {}

    /** Not handled, and sent to the dead letters: by the handler, or because its payload could not be read. */
    default void rejected(Delivery delivery, Throwable cause, Duration took) {}

    /** Its lease ran out, or the connection it came over was lost, before it was settled; it comes again. */
    default void leaseLost(Delivery delivery) {}

    /** The broker refuses the subscription; it is tried again. Lost connections are not told here. */
    default void subscriptionRefused(Throwable cause, Duration nextTry) {}
}
