package dev.postrider.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private final Ledger ledger = new Ledger();

    private double fault(String name) {
        Map<String, Double> figures = new HashMap<>();
        ledger.addFaults(figures);
        return figures.get(name);
    }

    @Test
    void aMessageThatComesTwiceIsADuplicateAndMakesUpForNoneThatIsMissing() {
        ledger.sent(2);
        ledger.stored(2);
        ledger.received(64);
        ledger.received(64);
        ledger.settled(2);
        assertThat(fault(Workload.DUPLICATES)).isEqualTo(1);
        assertThat(fault(Workload.MISSING)).isEqualTo(1);
        assertThat(ledger.awaitSettled(Duration.ofMillis(10))).isFalse();
    }

    @Test
    void aPublishThatFailedIsFailedAndNotMissing() {
        ledger.sent(2);
        ledger.stored(1);
        ledger.notStored(1, new IllegalStateException("no room"));
        ledger.received(0);
        ledger.settled(1);
        assertThat(ledger.awaitSettled(Duration.ofSeconds(5))).isTrue();
        assertThat(fault(Workload.FAILED)).isEqualTo(1);
        assertThat(fault(Workload.MISSING)).isZero();
    }

    @Test
    void nothingIsSettledBeforeItsSettlementIsToldOf() {
        ledger.sent(1);
        ledger.stored(1);
        ledger.received(0);
        assertThat(ledger.awaitStored(Duration.ofSeconds(5))).isTrue();
        assertThat(ledger.awaitSettled(Duration.ofMillis(10))).isFalse();
    }
}
