package dev.postrider.broker.dispatch;

import dev.postrider.protocol.MessageIds;
import java.util.ArrayList;
import java.util.List;

/**
 * The ids of what was published, in order, as runs: most follow from the place where the messages are stored.
 *
 * @param runs at least one
 */
public record PublishedIds(List<Run> runs) {
    /**
     * Ids of messages that were published one after the other.
     *
     * @param chosen the producer's, or that of an earlier message of which this is a duplicate; null: they derive from
     *     the records {@code first} to {@code first + count - 1} of the chunk
     * @param chunkId where the messages were first stored
     * @param count 1 if the id is chosen
     */
    public record Run(String chosen, long chunkId, int first, int count) {
        static Run chosen(String id) {
            return new Run(id, 0, 0, 1);
        }

        private boolean continues(Run next) {
            return chosen == null && next.chosen == null && next.chunkId == chunkId && next.first == first + count;
        }
    }

    /** Puts runs together where they continue each other. */
    static PublishedIds of(List<Run> parts) {
        List<Run> runs = new ArrayList<>();
        for (Run part : parts) {
            Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
            if (last != null && last.continues(part)) {
                runs.set(runs.size() - 1, new Run(null, last.chunkId, last.first, last.count + part.count));
            } else {
                runs.add(part);
            }
        }
        return new PublishedIds(runs);
    }

    /** One text for each message. */
    List<String> texts() {
        List<String> texts = new ArrayList<>();
        for (Run run : runs) {
            if (run.chosen != null) {
                texts.add(run.chosen);
            }
            for (int i = 0; run.chosen == null && i < run.count; i++) {
                texts.add(MessageIds.derived(run.chunkId, run.first + i));
            }
        }
        return texts;
    }
}
