package dev.postrider.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.event.BrokerListener;
import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.BrokerRegistry.Membership;
import dev.postrider.protocol.ProblemCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A broker that leaves in order gives everything back, and nothing comes to it afterwards. */
class LeavingTest {
    private static final long NOW = 1_790_000_000_000L;

    private final ManualLoop loop = new ManualLoop();
    private final ForgetfulStore store = new ForgetfulStore();
    private final Promise<Void> claimable = Promise.promise();
    private Broker broker;

    @BeforeEach
    void aBrokerWithAClaimUnderWay() {
        store.answerClaimsAfter(claimable.future());
        broker = new Broker(loop, store, null, null, DispatchSettings.defaults(false), BrokerListener.NONE);
        broker.enter(new Membership(7, 0, NOW));
        broker.directory().take(new QueueDefinition(1, "work", QueueSettings.DEFAULTS, false, NOW, 1));
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
        return broker.join("work", new Consumers.Options(0, 100, true), new Consumers.Sink() {
            @Override
            public void deliver(List<Delivered> messages) {
                throw new AssertionError(messages);
            }

            @Override
            public void closed(BrokerException reason) {
                // It leaves.
            }
        });
    }
}
