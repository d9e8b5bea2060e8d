package dev.postrider.system.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.system.history.History;
import dev.postrider.system.history.Verdict;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CensusTest {
    private static final Set<ClientKind> BOTH = EnumSet.of(ClientKind.HTTP, ClientKind.SDK);

    private final Census census = new Census();
    private final History history = new History();

    @Test
    void clientsThatDidTheirPartAndAVerdictOnAllTheyPublishedAreWell() {
        publish(ClientKind.HTTP, "a");
        publish(ClientKind.SDK, "b");
        BOTH.forEach(census::delivered);

        assertThat(census.faults(BOTH, Verdict.of(history))).isEmpty();
    }

    @Test
    void clientsOfOneKindThatDidNothingAreTold() {
        publish(ClientKind.HTTP, "a");
        census.delivered(ClientKind.HTTP);

        assertThat(census.faults(BOTH, Verdict.of(history)))
                .containsExactly(
                        "nothing was published by worker SDK, binary", "nothing was delivered by worker SDK, binary");
    }

    @Test
    void aVerdictOnFewerMessagesThanWerePublishedIsTold() {
        publish(ClientKind.HTTP, "a");
        publish(ClientKind.SDK, "b");
        census.acknowledged(ClientKind.SDK, 1);
        BOTH.forEach(census::delivered);

        assertThat(census.faults(BOTH, Verdict.of(history)))
                .containsExactly("the verdict is on 2 messages, clients published 3");
    }

    private void publish(ClientKind kind, String text) {
        history.attempted(List.of(text));
        history.acknowledged(List.of(text));
        census.acknowledged(kind, 1);
    }
}
