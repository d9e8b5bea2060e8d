package dev.postrider.benchmarks.profile;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** How often what was seen, as a Markdown table of the most frequent. For one thread. */
final class Shares {
    private final Map<String, Integer> counts = new LinkedHashMap<>();
    private int total;

    void add(String what) {
        counts.merge(what, 1, Integer::sum);
        total++;
    }

    String markdown(String heading, int rows) {
        StringBuilder text = new StringBuilder("| " + heading + " | share of " + total + " samples |\n| --- | --- |\n");
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(rows)
                .forEach(entry -> text.append(String.format(
                        Locale.ROOT, "| `%s` | %.1f %% |%n", entry.getKey(), 100.0 * entry.getValue() / total)));
        return text.toString();
    }
}
