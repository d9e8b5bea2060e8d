package dev.postrider.broker.store;

import static dev.postrider.broker.store.StoreFixture.newQueue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.postrider.broker.queue.Limits;
import dev.postrider.broker.queue.Overflow;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.LimitStore.Places;
import dev.postrider.broker.store.LimitStore.SlotRequest;
import dev.postrider.broker.store.LimitStore.Slots;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What every {@link LimitStore} shares out. */
public abstract class LimitStoreContract {
    private static final long MILLI = 1_000_000;
    private static final long SILENCE_MILLIS = 3_600_000;

    private LimitStore limits;
    private long lastAddress;

    protected abstract Ports ports();

    @BeforeEach
    void take() {
        limits = ports().messages().limits();
    }

    @Nested
    class Paces {
        private final int queue = newQueue(ports().queues());

        @Test
        void dealOutPlacesThatNobodyElseHas() {
            Places first = reserve(10 * MILLI, 5);
            Places second = reserve(10 * MILLI, 3);

            assertThat(first.count()).isEqualTo(5);
            assertThat(first.firstInNanos()).isCloseTo(0, within(5_000 * MILLI)).isLessThanOrEqualTo(0);
            assertThat(second.count()).isEqualTo(3);
            assertThat(second.endNanos() - 30 * MILLI).isGreaterThanOrEqualTo(first.endNanos());
        }

        @Test
        void grantATenthOfASecondAtOnce() {
            assertThat(reserve(10 * MILLI, 1_000).count()).isEqualTo(11);
            assertThat(reserve(1_000, 1_000_000).count()).isEqualTo(100_001);
        }

        @Test
        void grantNothingThatLiesFarAhead() {
            long slow = 1_000_000 * MILLI;

            assertThat(reserve(slow, 5).count()).isEqualTo(1);
            Places none = reserve(slow, 5);
            assertThat(none.count()).isZero();
            assertThat(none.firstInNanos()).isBetween(900_000 * MILLI, slow);
        }

        @Test
        void forgetASlowerPace() {
            reserve(1_000_000 * MILLI, 1);

            Places places = reserve(10 * MILLI, 1);

            assertThat(places.firstInNanos()).isLessThanOrEqualTo(310 * MILLI);
        }

        @Test
        void takeBackWhatWasNotUsedUnlessOthersCameSince() {
            long slow = 1_000_000 * MILLI;
            Places first = reserve(slow, 1);
            Await.result(limits.giveBack(queue, first.endNanos(), slow));

            Places second = reserve(slow, 1);
            assertThat(second.count()).isEqualTo(1);
            Await.result(limits.giveBack(queue, second.endNanos() - 1, slow));
            assertThat(reserve(slow, 1).count()).isZero();
        }

        private Places reserve(long intervalNanos, int wanted) {
            return Await.result(limits.reserve(queue, intervalNanos, wanted));
        }
    }

    @Nested
    class Leases {
        private final int queue = newQueue(ports().queues(), boundedBy(10));
        private final long one = join();
        private final long other = join();

        @Test
        void neverGiveMoreThanTheQueueMayHaveInFlight() {
            assertThat(lease(one, 1, 0, 7)).isEqualTo(new Slots(7, 10));
            assertThat(lease(other, 1, 0, 7).slots()).isEqualTo(3);
            assertThat(lease(one, 2, 2, 2).slots()).isEqualTo(2);
            assertThat(lease(other, 2, 3, 20).slots()).isEqualTo(8);
        }

        @Test
        void askWhoHasMoreThanItsShareToComeDown() {
            assertThat(lease(one, 1, 0, 50).slots()).isEqualTo(10);
            assertThat(lease(other, 1, 0, 50)).isEqualTo(new Slots(0, 5));

            assertThat(lease(one, 2, 9, 50)).isEqualTo(new Slots(9, 5));
            assertThat(lease(one, 3, 5, 50)).isEqualTo(new Slots(5, 5));
            assertThat(lease(other, 2, 0, 50)).isEqualTo(new Slots(5, 5));
        }

        @Test
        void takeNoNoticeOfARequestThatComesLate() {
            lease(one, 2, 0, 6);
            lease(one, 1, 0, 0);

            assertThat(lease(other, 1, 0, 10).slots()).isEqualTo(4);
        }

        @Test
        void endWithTheirBroker() {
            lease(one, 1, 0, 10);
            Await.result(ports().brokers().leave(one));

            assertThat(lease(other, 1, 0, 10).slots()).isEqualTo(10);
        }

        @Test
        void areExactHoweverManyAskAtTheSameTime() {
            List<Long> brokers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                brokers.add(join());
            }
            List<Future<Slots>> asked = brokers.stream()
                    .map(broker -> limits.lease(new SlotRequest(queue, broker, 1, 0, 4)))
                    .toList();

            assertThat(asked.stream()
                            .mapToInt(lease -> Await.result(lease).slots())
                            .sum())
                    .isBetween(1, 10);
        }

        private Slots lease(long broker, long turn, int kept, int wanted) {
            return Await.result(limits.lease(new SlotRequest(queue, broker, turn, kept, wanted)));
        }

        private long join() {
            Await.result(ports().brokers().reap(SILENCE_MILLIS));
            return Await.result(ports().brokers().join("host:" + ++lastAddress, false))
                    .id();
        }

        private QueueSettings boundedBy(int inFlight) {
            QueueSettings defaults = QueueSettings.DEFAULTS;
            return new QueueSettings(
                    defaults.lease(),
                    defaults.maxAttempts(),
                    defaults.backoff(),
                    defaults.ttl(),
                    new Limits(null, null, Overflow.REJECT, null, inFlight, null),
                    defaults.precedence(),
                    defaults.deduplicationWindow(),
                    null,
                    defaults.durability());
        }
    }
}
