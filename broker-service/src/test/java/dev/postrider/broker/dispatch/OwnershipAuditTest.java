package dev.postrider.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.event.BrokerListener;
import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.BrokerRegistry.Membership;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever a lost answer leaves in the broker's name is delivered all the same, once. */
class OwnershipAuditTest {
    private static final long NOW = 1_790_000_000_000L;

    private final ManualLoop loop = new ManualLoop();
    private final ForgetfulStore store = new ForgetfulStore();
    private final List<Delivered> delivered = new ArrayList<>();
    private Broker broker;
    private OwnershipAudit audit;

    @BeforeEach
    void aBrokerWithAHungryConsumer() {
        broker = new Broker(loop, store, null, null, DispatchSettings.defaults(false), BrokerListener.NONE);
        audit = new OwnershipAudit(broker, store);
        broker.enter(new Membership(7, 0, NOW));
        broker.directory().take(new QueueDefinition(1, "work", QueueSettings.DEFAULTS, false, NOW, 1));
        broker.join("work", new Consumers.Options(0, 100, true), new Consumers.Sink() {
            @Override
            public void deliver(List<Delivered> messages) {
                delivered.addAll(messages);
            }

            @Override
            public void closed(BrokerException reason) {
                throw new AssertionError(reason);
            }
        });
        loop.advance(10);
    }

    @Test
    void aPublishWhoseAnswerWasLostFailsAndIsDeliveredAllTheSame() {
        store.loseNextAnswer();
        Future<List<String>> answer = publish();

        assertThat(answer.failed()).isTrue();
        assertThat(delivered).isEmpty();

        audit.runOnce();
        loop.advance(10);
        assertThat(delivered).hasSize(1);
    }

    @Test
    void whatIsTakenInOnceIsNotTakenInAgain() {
        store.loseNextAnswer();
        publish();
        for (int look = 0; look < 20; look++) {
            audit.runOnce();
            loop.advance(1_000);
        }
        assertThat(delivered).hasSize(1);
    }

    @Test
    void whatIsKnownIsLeftAlone() {
        store.loseNextAnswer();
        publish();
        publish();
        audit.runOnce();
        loop.advance(10);
        assertThat(delivered).hasSize(2);
    }

    private Future<List<String>> publish() {
        Future<List<String>> answer = broker.publish(
                "work", List.of(MessageRecord.builder().body(new byte[] {1}).build()));
        loop.advance(100);
        return answer;
    }
}
