package dev.postrider.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever a lost answer leaves in the broker's name is delivered all the same, once. */
class OwnershipAuditTest {
    private final LoneBroker lone = new LoneBroker();
    private final ManualLoop loop = lone.loop;
    private final ForgetfulStore store = lone.store;
    private final Broker broker = lone.broker;
    private final OwnershipAudit audit = new OwnershipAudit(broker, store);
    private final List<Delivered> delivered = new ArrayList<>();

    @BeforeEach
    void aHungryConsumer() {
        lone.open(1, "work");
        lone.join("work", 100, delivered::addAll, LoneBroker::unexpected);
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
