package dev.postrider.system.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * What a history says about a queue that promises: what was acknowledged is delivered at least once, what was published
 * with one deduplication key is stored once, and what was settled is over.
 *
 * @param attempted messages that publishers sent
 * @param acknowledged of these, those that the broker said to have stored
 * @param lost acknowledged, but never delivered
 * @param invented delivered, but never sent by a publisher
 * @param duplicated deliveries beyond the first, but for those of returned messages; allowed, and counted
 * @param revived handed to a consumer that asked after the broker had said that they were settled
 * @param doubled delivered under two ids, so stored twice in spite of their key
 */
public record Verdict(
        int attempted,
        int acknowledged,
        Set<String> lost,
        Set<String> invented,
        int duplicated,
        Set<String> revived,
        Set<String> doubled) {

    /** Judges a history to which nothing is added any more; before that, what is on its way counts as lost. */
    public static Verdict of(History history) {
        return new Verdict(
                history.attemptedCount(),
                history.acknowledgedCount(),
                history.owed(Long.MIN_VALUE, Long.MAX_VALUE),
                history.invented(),
                history.duplicatedCount(),
                history.revived(),
                history.doubled());
    }

    /** What is wrong however much is still on its way. */
    List<String> faultsBeyondLoss() {
        List<String> faults = new ArrayList<>();
        add(faults, "invented", invented);
        add(faults, "revived", revived);
        add(faults, "doubled", doubled);
        return faults;
    }

    /** Everything that is wrong, a line for each kind; empty if all is well. */
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        add(faults, "lost", lost);
        faults.addAll(faultsBeyondLoss());
        return faults;
    }

    private static void add(List<String> faults, String kind, Set<String> texts) {
        if (!texts.isEmpty()) {
            faults.add(kind + " " + some(texts));
        }
    }

    /** One line for people. */
    @Override
    public String toString() {
        return "attempted " + attempted + ", acknowledged " + acknowledged + ", lost " + some(lost) + ", invented "
                + some(invented) + ", duplicated " + duplicated + ", revived " + some(revived) + ", doubled "
                + some(doubled);
    }

    private static String some(Collection<String> texts) {
        List<String> first = new ArrayList<>(texts);
        return texts.size() + (texts.isEmpty() ? "" : " " + first.subList(0, Math.min(5, first.size())));
    }
}
