package dev.postrider.sample.signup.purchase;

import dev.postrider.sample.signup.journey.JourneyStep;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The recorded facts of a purchase as a story: one journey for each department. A pure function of the facts.
 *
 * @param confirmedIn how long the buyer waited for the confirmation; null while that is not recorded
 */
public record PurchaseJourney(List<CopyJourney> copies, Duration confirmedIn) {
    public PurchaseJourney {
        copies = List.copyOf(copies);
    }

    /** Tells the story of facts that are in order. */
    public static PurchaseJourney of(Article article, List<PurchaseEvent> events) {
        Duration confirmedIn = events.stream()
                .filter(event -> event.fact() == PurchaseFact.CONFIRMED)
                .findFirst()
                .flatMap(PurchaseEvent::took)
                .orElse(null);
        List<CopyJourney> copies = Stream.of(Department.values())
                .map(department -> department.wants(article)
                        ? new CopyTeller().tell(department, events)
                        : new CopyJourney(department, CopyJourney.State.LEFT_OUT, List.<JourneyStep>of()))
                .collect(Collectors.toList());
        return new PurchaseJourney(copies, confirmedIn);
    }

    /** The copy of a department. */
    public CopyJourney copy(Department department) {
        return copies.get(department.ordinal());
    }

    /** How many of the departments' copies are done, dead-lettered, or on their way. */
    public long count(CopyJourney.State first, CopyJourney.State... rest) {
        EnumSet<CopyJourney.State> wanted = EnumSet.of(first, rest);
        return copies.stream().filter(copy -> wanted.contains(copy.state())).count();
    }

    /** The whole in a word: {@code done}, {@code dead-lettered} if a copy was set aside, else {@code under-way}. */
    public String code() {
        if (count(CopyJourney.State.DEAD_LETTERED) > 0) {
            return "dead-lettered";
        }
        return copies.stream().allMatch(CopyJourney::isSettled) ? "done" : "under-way";
    }
}
