package dev.postrider.broker.simulation;

/** Whatever is handed out was published, to that queue, and is there no more often than it was sent. */
final class NothingIsInvented extends Invariant {
    @Override
    void handedOut(HandOut handOut) {
        Published message = handOut.message;
        if (message == null) {
            throw broken("nobody published " + handOut);
        }
        if (!message.takers.contains(handOut.queue) && !handOut.queue.equals(Wishes.GRAVE)) {
            throw broken(message + " was not published there: " + handOut);
        }
        message.seen.add(handOut.id);
        if (message.seen.size() > message.attempts) {
            throw broken(message + " was sent " + message.attempts + " times and is there as " + message.seen);
        }
    }
}
