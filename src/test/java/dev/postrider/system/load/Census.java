package dev.postrider.system.load;

import dev.postrider.system.history.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/** How much clients of which kind had their part in: a verdict on what nobody did would be a good one. Thread-safe. */
public final class Census {
    private final Map<ClientKind, LongAdder> acknowledged = counters();
    private final Map<ClientKind, LongAdder> delivered = counters();

    Census() {}

    private static Map<ClientKind, LongAdder> counters() {
        Map<ClientKind, LongAdder> counters = new EnumMap<>(ClientKind.class);
        for (ClientKind kind : ClientKind.values()) {
            counters.put(kind, new LongAdder());
        }
        return counters;
    }

    void acknowledged(ClientKind kind, int count) {
        acknowledged.get(kind).add(count);
    }

    void delivered(ClientKind kind) {
        delivered.get(kind).increment();
    }

    /**
     * What does not add up: clients of {@code kinds} that did nothing, or a verdict that knows of more or of fewer
     * messages than they published. Empty if all is well.
     */
    public List<String> faults(Set<ClientKind> kinds, Verdict verdict) {
        List<String> faults = new ArrayList<>();
        for (ClientKind kind : kinds) {
            if (kind.isPublishing() && acknowledged.get(kind).sum() == 0) {
                faults.add("nothing was published by " + kind.title());
            }
            if (delivered.get(kind).sum() == 0) {
                faults.add("nothing was delivered by " + kind.title());
            }
        }
        long all = acknowledged.values().stream().mapToLong(LongAdder::sum).sum();
        if (all != verdict.acknowledged()) {
            faults.add("the verdict is on " + verdict.acknowledged() + " messages, clients published " + all);
        }
        return faults;
    }

    /** A line of a table in Markdown for each kind. */
    public String table() {
        StringBuilder table = new StringBuilder("| clients | acknowledged | deliveries |\n| --- | ---: | ---: |\n");
        for (ClientKind kind : ClientKind.values()) {
            table.append("| ")
                    .append(kind.title())
                    .append(" | ")
                    .append(kind.isPublishing() ? acknowledged.get(kind).sum() : "–")
                    .append(" | ")
                    .append(delivered.get(kind).sum())
                    .append(" |\n");
        }
        return table.toString();
    }
}
