package dev.postrider.sample.signup.purchase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.sample.signup.journey.JourneyStep;
import dev.postrider.sample.signup.purchase.CopyJourney.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PurchaseJourneyTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    private final UUID id = UUID.randomUUID();
    private final List<PurchaseEvent> events = new ArrayList<>();

    @Test
    void beforeTheBrokerHasItEveryCopyWaitsForTheBroker() {
        happened(PurchaseFact.CONFIRMED).withTook(Duration.ofMillis(7));

        assertThat(journey(Article.MAP).confirmedIn()).isEqualTo(Duration.ofMillis(7));
        assertThat(journey(Article.MAP).copies()).allSatisfy(copy -> {
            assertThat(copy.state()).isEqualTo(State.WAITING);
            assertThat(last(copy).title()).isEqualTo("Waiting for the broker");
        });
    }

    @Test
    void goodsHaveThreeCopiesAndAFileHasTwo() {
        happened(PurchaseFact.PUBLISHED);

        assertThat(states(Article.MAP)).containsExactly(State.WAITING, State.WAITING, State.WAITING);
        assertThat(states(Article.DOWNLOAD)).containsExactly(State.WAITING, State.LEFT_OUT, State.WAITING);
    }

    @Test
    void eachCopyHasAPaceOfItsOwn() {
        happened(PurchaseFact.PUBLISHED);
        copy(PurchaseFact.DELIVERED, Department.SHIPPING, 1);
        copy(PurchaseFact.DONE, Department.SHIPPING, 1).withDetail("The parcel has a label.");
        copy(PurchaseFact.DELIVERED, Department.RECEIPTS, 1);

        assertThat(states(Article.MAP)).containsExactly(State.DONE, State.WAITING, State.IN_FLIGHT);
        assertThat(codes(Department.SHIPPING)).containsExactly("published", "delivered", "done");
        assertThat(codes(Department.DISTRIBUTION)).containsExactly("published", "waiting");
        assertThat(journey(Article.MAP).code()).isEqualTo("under-way");
    }

    @Test
    void aCopyThatOvertookTheRecordOfItsPublishIsToldInOrder() {
        copy(PurchaseFact.DELIVERED, Department.SHIPPING, 1);
        happened(PurchaseFact.PUBLISHED);
        happened(PurchaseFact.PUBLISHED);
        copy(PurchaseFact.DONE, Department.SHIPPING, 1);

        assertThat(codes(Department.SHIPPING)).containsExactly("published", "delivered", "done");
    }

    @Test
    void aFailedCopyTellsWhyAndWhenItComesAgain() {
        Instant due = START.plusSeconds(2);
        happened(PurchaseFact.PUBLISHED);
        copy(PurchaseFact.DELIVERED, Department.RECEIPTS, 1);
        copy(PurchaseFact.RETRYING, Department.RECEIPTS, 1)
                .withNextAttemptAt(due)
                .withDetail("No answer.");

        CopyJourney receipts = journey(Article.DOWNLOAD).copy(Department.RECEIPTS);
        assertThat(receipts.state()).isEqualTo(State.RETRYING);
        assertThat(codes(Department.RECEIPTS)).containsExactly("published", "failed", "retry");
        assertThat(receipts.steps().get(1).detail()).isEqualTo("No answer.");
        assertThat(last(receipts).dueAt()).isEqualTo(due);
    }

    @Test
    void aCopyThatIsSetAsideLeavesTheOthersAlone() {
        happened(PurchaseFact.PUBLISHED);
        copy(PurchaseFact.DELIVERED, Department.RECEIPTS, 5);
        copy(PurchaseFact.DEAD_LETTERED, Department.RECEIPTS, 5).withDetail("No answer.");
        copy(PurchaseFact.DELIVERED, Department.SHIPPING, 1);
        copy(PurchaseFact.DONE, Department.SHIPPING, 1);

        assertThat(states(Article.DOWNLOAD)).containsExactly(State.DONE, State.LEFT_OUT, State.DEAD_LETTERED);
        assertThat(journey(Article.DOWNLOAD).code()).isEqualTo("dead-lettered");
    }

    @Test
    void anAttemptThatWasCutOffIsFollowedByTheNext() {
        happened(PurchaseFact.PUBLISHED);
        copy(PurchaseFact.DELIVERED, Department.SHIPPING, 1);
        copy(PurchaseFact.DELIVERED, Department.SHIPPING, 2);
        copy(PurchaseFact.DONE, Department.SHIPPING, 2);

        assertThat(codes(Department.SHIPPING)).containsExactly("published", "failed", "delivered", "done");
    }

    @Test
    void allIsDoneWhenEveryCopyIsDoneOrLeftOut() {
        for (Department department : List.of(Department.SHIPPING, Department.RECEIPTS)) {
            copy(PurchaseFact.DELIVERED, department, 1);
            copy(PurchaseFact.DONE, department, 1);
        }

        assertThat(journey(Article.DOWNLOAD).code()).isEqualTo("done");
        assertThat(journey(Article.MAP).code()).isEqualTo("under-way");
    }

    private PurchaseEvent happened(PurchaseFact fact) {
        PurchaseEvent event = new PurchaseEvent(id, fact, START.plusMillis(events.size()));
        events.add(event);
        return event;
    }

    private PurchaseEvent copy(PurchaseFact fact, Department department, int attempt) {
        return happened(fact).withCopy(department, attempt);
    }

    private PurchaseJourney journey(Article article) {
        return PurchaseJourney.of(article, events);
    }

    private List<State> states(Article article) {
        return journey(article).copies().stream().map(CopyJourney::state).toList();
    }

    private List<String> codes(Department department) {
        return journey(Article.MAP).copy(department).steps().stream()
                .map(JourneyStep::code)
                .toList();
    }

    private static JourneyStep last(CopyJourney copy) {
        return copy.steps().get(copy.steps().size() - 1);
    }
}
