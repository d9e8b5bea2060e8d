package dev.postrider.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is published while a claim is under way, with five messages waiting for it. */
class ClaimsTest {
    private static final String QUEUE = "orders";

    private final LoneBroker lone = new LoneBroker();
    private final ManualLoop loop = lone.loop;
    private final ForgetfulStore store = lone.store;
    private final List<String> delivered = new ArrayList<>();
    private final Promise<Void> claimed = Promise.promise();

    @Test
    void isPromisedWhereTheCreditIsEnoughForAllThatWaitsToo() {
        claimFiveWithCredit(100);

        publish("new", 3);

        assertThat(delivered).containsExactly("new 0", "new 1", "new 2");
        claimed.complete();
        loop.advance(10);
        assertThat(delivered).hasSize(8).doesNotHaveDuplicates();
    }

    @Test
    void isPromisedAsFarAsTheCreditGoesBeyondWhatWaits() {
        claimFiveWithCredit(6);

        publish("new", 3);

        assertThat(delivered).containsExactly("new 0");
        claimed.complete();
        loop.advance(10);
        assertThat(delivered).hasSize(6).contains("old 0", "old 4");
    }

    @Test
    void waitsForItsTurnWhereNobodyKnowsWhatElseWaits() {
        claimFiveWithCredit(100);
        lone.broker.wake(List.of(1));

        publish("new", 3);

        assertThat(delivered).isEmpty();
        claimed.complete();
        loop.advance(10);
        assertThat(delivered).hasSize(8).startsWith("old 0");
    }

    /** The first claim finds nothing, the second one finds what was published meanwhile and is not answered yet. */
    private void claimFiveWithCredit(int credit) {
        Promise<Void> first = Promise.promise();
        store.answerClaimsAfter(first.future());
        lone.open(1, QUEUE);
        lone.join(
                QUEUE,
                credit,
                messages -> messages.forEach(
                        message -> delivered.add(new String(message.record().body(), StandardCharsets.UTF_8))),
                LoneBroker::unexpected);
        loop.advance(10);
        publish("old", 5);
        store.answerClaimsAfter(claimed.future());
        first.complete();
        loop.advance(10);
        assertThat(delivered).isEmpty();
    }

    private void publish(String text, int count) {
        lone.broker.publish(
                QUEUE,
                IntStream.range(0, count)
                        .mapToObj(i -> MessageRecord.builder()
                                .body((text + " " + i).getBytes(StandardCharsets.UTF_8))
                                .build())
                        .toList());
        loop.advance(10);
    }
}
