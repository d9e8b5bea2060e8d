package dev.postrider.outbox;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The queues that take nothing for the moment, each with a pause that grows while it goes on, and with a batch that
 * shrinks: a nearly full queue refuses a batch as a whole, yet has room for a part. Used by one thread.
 */
final class HeldQueues {
    private final RelaySettings.Range backoff;
    private final Jitter jitter;
    private final Map<String, Hold> holds = new HashMap<>();

    HeldQueues(RelaySettings.Range backoff, Jitter jitter) {
        this.backoff = backoff;
        this.jitter = jitter;
    }

    private record Hold(int failures, long untilNanos) {}

    Set<String> at(long nowNanos) {
        return holds.entrySet().stream()
                .filter(hold -> hold.getValue().untilNanos() - nowNanos > 0)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** How many records the queue is given at a time. */
    int batch(String queue, int batchMax) {
        Hold hold = holds.get(queue);
        return hold == null ? batchMax : Math.max(1, batchMax >> Math.min(hold.failures(), 30));
    }

    /** Holds the refused ones, and lets those that are open again recover step by step. */
    void update(Set<String> open, Set<String> refused, long nowNanos) {
        for (String queue : open) {
            holds.computeIfPresent(
                    queue, (name, hold) -> hold.failures() == 1 ? null : new Hold(hold.failures() - 1, nowNanos));
        }
        for (String queue : refused) {
            int failures = holds.containsKey(queue) ? holds.get(queue).failures() + 1 : 1;
            Duration pause = jitter.spread(backoff.after(failures));
            holds.put(queue, new Hold(failures, nowNanos + pause.toNanos()));
        }
    }
}
