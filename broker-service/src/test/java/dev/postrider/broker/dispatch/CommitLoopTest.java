package dev.postrider.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.protocol.record.MessageRecord;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommitLoopTest {
    private final LoneBroker lone = new LoneBroker();
    private final List<String> answered = new ArrayList<>();

    @Test
    void aPublishDoesNotWaitForAllThatFloodsAnotherQueue() {
        lone.open(1, "flood");
        lone.open(2, "quiet");
        int flood = 100;
        for (int i = 0; i < flood; i++) {
            publish("flood", 500_000);
        }
        publish("quiet", 100);

        lone.loop.advance(1_000);

        assertThat(answered).hasSize(flood + 1);
        assertThat(answered.indexOf("quiet"))
                .as("answered with the first commit, which carries a few of the flood")
                .isLessThan(20);
    }

    private void publish(String queue, int bytes) {
        lone.broker
                .publish(
                        queue,
                        List.of(MessageRecord.builder().body(new byte[bytes]).build()))
                .onComplete(done ->
                        answered.add(done.succeeded() ? queue : done.cause().toString()));
    }
}
