package dev.postrider.system.rig;

import dev.postrider.system.history.History;
import dev.postrider.system.history.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The outcomes as one table in Markdown, a line for each kind of fault. */
final class Table {
    private Table() {}

    static String of(List<Outcome> outcomes, History history) {
        Map<FaultKind, List<Outcome>> byKind = new EnumMap<>(FaultKind.class);
        outcomes.forEach(outcome -> byKind.computeIfAbsent(outcome.step().kind(), any -> new ArrayList<>())
                .add(outcome));
        StringBuilder table = new StringBuilder(
                """
                | fault | times | acknowledged | lost | duplicated | longest without publish | without delivery \
                | all brokers back | other replicas' clients waited |
                | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
                """);
        byKind.forEach((kind, all) -> table.append(line(kind, all, history)));
        Verdict verdict = Verdict.of(history);
        table.append("| all | ")
                .append(outcomes.size())
                .append(" | ")
                .append(verdict.acknowledged())
                .append(" | ")
                .append(verdict.lost().size())
                .append(" | ")
                .append(verdict.duplicated())
                .append(" | ")
                .append(cells(outcomes))
                .append("\n\nInvented ")
                .append(verdict.invented().size())
                .append(", revived ")
                .append(verdict.revived().size())
                .append(", doubled ")
                .append(verdict.doubled().size())
                .append(", highest attempt ")
                .append(history.attemptMax())
                .append(".\n");
        return table.toString();
    }

    private static String line(FaultKind kind, List<Outcome> outcomes, History history) {
        long lost = outcomes.stream()
                .mapToLong(outcome -> history.owed(outcome.from(), outcome.to()).size())
                .sum();
        return "| " + kind.title() + " | " + outcomes.size() + " | "
                + outcomes.stream().mapToLong(Outcome::acknowledged).sum() + " | " + lost + " | "
                + outcomes.stream().mapToLong(Outcome::duplicated).sum() + " | " + cells(outcomes) + "\n";
    }

    private static String cells(List<Outcome> outcomes) {
        return longest(outcomes, Outcome::publishGap) + " | " + longest(outcomes, Outcome::deliveryGap) + " | "
                + longest(outcomes, Outcome::recovery) + " | " + longest(outcomes, Outcome::neighbours) + " |";
    }

    private static String longest(List<Outcome> outcomes, ToLongFunction<Outcome> time) {
        long longest = outcomes.stream().mapToLong(time).max().orElse(-1);
        return longest < 0 ? "–" : longest + " ms";
    }
}
