package dev.postrider.client.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CreditLedgerTest {
    @Nested
    class WithoutPrefetch {
        private final CreditLedger ledger = new CreditLedger(0);

        @Test
        void grantsWhatWasRequestedOnce() {
            ledger.requested(3);
            assertThat(ledger.grant()).isEqualTo(3);
            assertThat(ledger.grant()).isZero();
            ledger.requested(2);
            assertThat(ledger.grant()).isEqualTo(2);
        }

        @Test
        void grantsNothingForWhatHasArrived() {
            ledger.requested(2);
            ledger.grant();
            assertThat(ledger.arrived()).isTrue();
            assertThat(ledger.handOut()).isTrue();
            assertThat(ledger.grant()).isZero();
        }

        @Test
        void grantsEndlessDemandInParts() {
            ledger.requested(Long.MAX_VALUE);
            assertThat(ledger.grant()).isEqualTo(CreditLedger.GRANT_MAX);
            take(ledger, CreditLedger.GRANT_MAX / 2 - 1);
            assertThat(ledger.grant()).isZero();
            take(ledger, 1);
            assertThat(ledger.grant()).isEqualTo(CreditLedger.GRANT_MAX / 2);
        }

        @Test
        void grantsWhatIsLeftAfterALoss() {
            ledger.requested(5);
            ledger.grant();
            take(ledger, 2);
            ledger.lost();
            assertThat(ledger.grant()).isEqualTo(3);
        }

        @Test
        void seesAMessageWithoutCredit() {
            assertThat(ledger.arrived()).isFalse();
        }

        @Test
        void doesNotOverflow() {
            ledger.requested(Long.MAX_VALUE);
            ledger.requested(Long.MAX_VALUE);
            assertThat(ledger.grant()).isEqualTo(CreditLedger.GRANT_MAX);
        }
    }

    @Nested
    class WithPrefetch {
        private final CreditLedger ledger = new CreditLedger(10);

        @Test
        void grantsNothingBeforeTheFirstRequest() {
            assertThat(ledger.grant()).isZero();
            ledger.requested(1);
            assertThat(ledger.grant()).isEqualTo(10);
        }

        @Test
        void countsWhatIsBufferedAsGranted() {
            ledger.requested(1);
            ledger.grant();
            for (int i = 0; i < 10; i++) {
                assertThat(ledger.arrived()).isTrue();
            }
            assertThat(ledger.handOut()).isTrue();
            assertThat(ledger.handOut()).isFalse();
            assertThat(ledger.grant()).isZero();
        }

        @Test
        void topsUpWhenHalfIsUsed() {
            ledger.requested(100);
            ledger.grant();
            take(ledger, 4);
            assertThat(ledger.grant()).isZero();
            take(ledger, 1);
            assertThat(ledger.grant()).isEqualTo(5);
        }
    }

    @Test
    void neverHandsOutBeyondDemandWhateverHappens() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            CreditLedger ledger = new CreditLedger(random.nextBoolean() ? 0 : 1 + random.nextInt(20));
            long requested = 0;
            long handedOut = 0;
            long credit = 0;
            for (int step = 0; step < 500; step++) {
                switch (random.nextInt(5)) {
                    case 0 -> {
                        int n = 1 + random.nextInt(10);
                        ledger.requested(n);
                        requested += n;
                    }
                    case 1 -> credit += ledger.grant();
                    case 2 -> {
                        if (credit > 0) {
                            credit--;
                            assertThat(ledger.arrived()).as("seed %d", seed).isTrue();
                        }
                    }
                    case 3 -> handedOut += ledger.handOut() ? 1 : 0;
                    default -> {
                        if (random.nextInt(20) == 0) {
                            ledger.lost();
                            credit = 0;
                        }
                    }
                }
                assertThat(handedOut).as("seed %d", seed).isLessThanOrEqualTo(requested);
            }
        }
    }

    private static void take(CreditLedger ledger, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(ledger.arrived()).isTrue();
            assertThat(ledger.handOut()).isTrue();
        }
    }
}
