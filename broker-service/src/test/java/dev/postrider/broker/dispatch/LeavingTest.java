package dev.postrider.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.BrokerException;
import dev.postrider.protocol.ProblemCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A broker that leaves in order gives everything back, and nothing comes to it afterwards. */
class LeavingTest {
    private final LoneBroker lone = new LoneBroker();
    private final ManualLoop loop = lone.loop;
    private final Broker broker = lone.broker;
    private final Promise<Void> claimable = Promise.promise();

    @BeforeEach
    void aClaimUnderWay() {
        lone.store.answerClaimsAfter(claimable.future());
        lone.open(1, "work");
        join();
        loop.advance(10);
    }

    @Test
    void itWaitsForAClaimThatIsUnderWay() {
        Future<Void> drained = broker.drain();
        loop.advance(1_000);
        assertThat(drained.isComplete()).isFalse();

        claimable.complete();
        loop.advance(10);
        assertThat(drained.succeeded()).isTrue();
    }

    @Test
    void afterwardsNobodyIsLetIn() {
        broker.drain();
        Future<Consumers.Consumer> joining = join();
        loop.advance(10);

        assertThat(joining.cause()).isInstanceOfSatisfying(BrokerException.class, e -> assertThat(e.code())
                .isEqualTo(ProblemCode.UNAVAILABLE));
    }

    private Future<Consumers.Consumer> join() {
        return lone.join(
                "work",
                100,
                messages -> {
                    throw new AssertionError(messages);
                },
                reason -> {});
    }
}
