package dev.postrider.broker.simulation;

import dev.postrider.broker.store.DeadLetterStore.DeadLetter;
import java.util.List;

/** No message is attempted more often than its queue allows. */
final class AttemptsAreBounded extends Invariant {
    private final World world;

    AttemptsAreBounded(World world) {
        this.world = world;
    }

    @Override
    void handedOut(HandOut handOut) {
        if (handOut.attempt > max(handOut.queue)) {
            throw broken(handOut + " of " + max(handOut.queue));
        }
    }

    @Override
    void atEnd(World ended) {
        for (String queue : List.of(Wishes.WORK, Wishes.MAIL)) {
            int queueId = world.model().tables().queue(queue).id();
            for (DeadLetter letter : world.model().tables().deadLetters(queueId)) {
                if (letter.reason().equals("max-attempts") && letter.attempts() < max(queue)) {
                    throw broken("given up after " + letter.attempts() + " of " + max(queue) + ": "
                            + letter.record().id());
                }
            }
        }
    }

    private int max(String queue) {
        return world.wishes().settingsOf(queue).maxAttempts();
    }
}
