package dev.postrider.outbox;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The queues that take nothing for the moment, each with a pause that grows while it goes on. Used by one thread. */
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

    /** Holds the refused ones, and forgets those that are open again. */
    void update(Set<String> open, Set<String> refused, long nowNanos) {
        holds.keySet().removeAll(open);
        for (String queue : refused) {
            int failures = holds.containsKey(queue) ? holds.get(queue).failures() + 1 : 1;
            Duration pause = jitter.spread(backoff.after(failures));
            holds.put(queue, new Hold(failures, nowNanos + pause.toNanos()));
        }
    }
}
