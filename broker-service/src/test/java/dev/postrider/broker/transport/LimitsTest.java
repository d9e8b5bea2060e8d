package dev.postrider.broker.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.broker.BrokerException;
import dev.postrider.protocol.ProblemCode;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static final int MIB = 1024 * 1024;

    @Test
    void haveTheDefaultsOfTheContract() {
        assertThat(Limits.defaults()).isEqualTo(new Limits(MIB, 16 * MIB, 64L * MIB));
    }

    @Test
    void thatDoNotFitTogetherAreRefusedByName() {
        assertThatThrownBy(() -> new Limits(0, MIB, MIB)).hasMessageContaining("message-bytes");
        assertThatThrownBy(() -> new Limits(65 * MIB, 65 * MIB, 65 * MIB)).hasMessageContaining("message-bytes");
        assertThatThrownBy(() -> new Limits(2 * MIB, MIB, MIB)).hasMessageContaining("batch-bytes");
        assertThatThrownBy(() -> new Limits(MIB, 2 * MIB, MIB)).hasMessageContaining("in-flight-publish-bytes");
    }

    @Nested
    class Budget {
        private final PublishBudget budget = new PublishBudget(10);

        @Test
        void refusesWhatIsBeyondItAndKeepsTheRest() {
            budget.take(6);
            assertThat(budget.tryTake(5)).isFalse();
            assertThatThrownBy(() -> budget.take(5))
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.OVERLOADED));
            assertThat(budget.tryTake(4)).isTrue();
            assertThat(budget.bytesTaken()).isEqualTo(10);
        }

        @Test
        void canBeTakenAgainOnceGivenBack() {
            budget.take(10);
            budget.giveBack(3);
            assertThat(budget.tryTake(3)).isTrue();
        }
    }

    @Test
    void publishesMayHoldATenthOfASmallHeapButRoomForOneBatch() {
        assertThat(Limits.inFlightPublishBytes(16 * MIB, 320L * MIB)).isEqualTo(32L * MIB);
        assertThat(Limits.inFlightPublishBytes(16 * MIB, 64L * MIB)).isEqualTo(16L * MIB);
        assertThat(Limits.inFlightPublishBytes(16 * MIB, 4096L * MIB)).isEqualTo(64L * MIB);
    }
}
