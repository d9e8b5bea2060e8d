package dev.postrider.system.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a history says about a queue that promises: what was acknowledged is delivered at least once, and what was
 * settled is over.
 *
 * @param attempted messages that publishers sent
 * @param acknowledged of these, those that the broker said to have stored
 * @param lost acknowledged, but never delivered
 * @param invented delivered, but never sent by a publisher
 * @param duplicated deliveries beyond the first; allowed, and counted
 * @param revived handed to a consumer that asked after the broker had said that they were settled
 */
public record Verdict(
        int attempted, int acknowledged, Set<String> lost, Set<String> invented, int duplicated, Set<String> revived) {

    /** Judges a history to which nothing is added any more. */
    public static Verdict of(History history) {
        Set<String> lost = new TreeSet<>(history.acknowledged());
        lost.removeAll(history.delivered().keySet());
        Set<String> invented = new TreeSet<>(history.delivered().keySet());
        invented.removeAll(history.attempted());
        int duplicated = history.delivered().values().stream()
                .mapToInt(deliveries -> deliveries.size() - 1)
                .sum();
        return new Verdict(
                history.attempted().size(),
                history.acknowledged().size(),
                lost,
                invented,
                duplicated,
                revived(history));
    }

    private static Set<String> revived(History history) {
        Set<String> revived = new TreeSet<>();
        history.settled().forEach((text, settledAt) -> {
            List<History.Delivery> deliveries = history.delivered().getOrDefault(text, List.of());
            if (deliveries.stream().anyMatch(delivery -> delivery.askedAt() > settledAt)) {
                revived.add(text);
            }
        });
        return revived;
    }

    /** One line for people. */
    @Override
    public String toString() {
        return "attempted " + attempted + ", acknowledged " + acknowledged + ", lost " + some(lost) + ", invented "
                + some(invented) + ", duplicated " + duplicated + ", revived " + some(revived);
    }

    private static String some(Collection<String> texts) {
        List<String> first = new ArrayList<>(texts);
        return texts.size() + (texts.isEmpty() ? "" : " " + first.subList(0, Math.min(5, first.size())));
    }
}
