package dev.postrider.broker.simulation;

import dev.postrider.broker.store.DeadLetterStore.DeadLetter;
import java.util.HashSet;
import java.util.Set;

/**
 * Every message that was acknowledged was taken by a consumer that acknowledged it, or is a dead letter: in its queue,
 * or in every queue that was subscribed to its topic before it was sent. One that expired, too, where the queue sends
 * its dead letters elsewhere.
 */
final class NothingIsLost extends Invariant {
    private final World world;

    NothingIsLost(World world) {
        this.world = world;
    }

    @Override
    void atEnd(World ended) {
        for (Published message : world.history().published()) {
            for (String id : message.ids) {
                if (!mayBeGone(message) && !isSafe(message, id)) {
                    throw broken(message + " has gone");
                }
            }
        }
    }

    private boolean mayBeGone(Published message) {
        return message.mayBePurged
                || message.receivers.stream()
                        .anyMatch(queue -> world.wishes().drops(queue)
                                || message.mayExpire && world.wishes().graveOf(queue) == null);
    }

    private boolean isSafe(Published message, String id) {
        return message.receivers.stream().allMatch(queue -> {
            String grave = world.wishes().graveOf(queue);
            return isSafeIn(queue, id) || grave != null && isSafeIn(grave, id);
        });
    }

    private boolean isSafeIn(String queue, String id) {
        return world.history().handOuts(queue + "/" + id).stream().anyMatch(handOut -> handOut.acknowledgements > 0)
                || letters(queue).contains(id);
    }

    private Set<String> letters(String queue) {
        Set<String> ids = new HashSet<>();
        int queueId = world.model().tables().queue(queue).id();
        for (DeadLetter letter : world.model().tables().deadLetters(queueId)) {
            ids.add(letter.record().id());
        }
        return ids;
    }
}
