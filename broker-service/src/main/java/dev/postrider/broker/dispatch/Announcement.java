package dev.postrider.broker.dispatch;

import dev.postrider.broker.event.BrokerListener;

/** Says of a committed group how its records ended. */
final class Announcement {
    private Announcement() {}

    static void settled(BrokerListener listener, String queue, SettleGroup group) {
        int buried = 0;
        int retried = 0;
        for (Move move : group.moves()) {
            boolean dead = move.deadLetter() != null || !move.target().equals(group.queue());
            buried += dead ? 1 : 0;
            retried += dead ? 0 : 1;
        }
        tell(listener, queue, BrokerListener.Ending.DEAD_LETTERED, buried);
        tell(listener, queue, BrokerListener.Ending.RETRIED, retried);
        boolean expired = group.ending().kind() == Ending.Kind.EXPIRE;
        tell(
                listener,
                queue,
                expired ? BrokerListener.Ending.EXPIRED : BrokerListener.Ending.ACKNOWLEDGED,
                group.indexes().length - buried - retried);
    }

    private static void tell(BrokerListener listener, String queue, BrokerListener.Ending ending, int messages) {
        if (messages > 0) {
            listener.settled(queue, ending, messages);
        }
    }
}
