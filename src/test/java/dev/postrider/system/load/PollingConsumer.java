package dev.postrider.system.load;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.system.process.BrokerApi;
import dev.postrider.system.process.BrokerApi.Answer;
import dev.postrider.system.process.Eventually;
import java.time.Duration;
import java.util.List;

/** Asks for messages by long poll, and settles them. A slow one takes few and holds each lot for a while. */
final class PollingConsumer implements Runnable {
    private static final int MAX = 50;
    private static final int SLOW_MAX = 3;
    private static final Duration SLOW_WORK = Duration.ofMillis(100);

    private final Crew crew;
    private final boolean faithful;
    private final boolean slow;
    private final Settling settling;
    private int broker;

    PollingConsumer(Crew crew, int broker, boolean faithful, boolean slow, Settling settling) {
        this.crew = crew;
        this.broker = broker;
        this.faithful = faithful;
        this.slow = slow;
        this.settling = settling;
    }

    @Override
    public void run() {
        while (crew.isConsuming()) {
            if (!hasReceived()) {
                Crew.pauseBeforeRetry();
                broker = faithful ? broker : crew.next(broker);
            }
        }
    }

    private boolean hasReceived() {
        long askedAt = crew.history().now();
        try {
            Answer answer = crew.broker(broker)
                    .post(crew.path("receive"), "{\"max\":" + (slow ? SLOW_MAX : MAX) + ",\"wait\":\"1s\"}");
            if (answer.status() != 200) {
                crew.refused("receive", answer);
                return false;
            }
            List<JsonNode> messages = BrokerApi.list(answer.body().get("messages"));
            messages.forEach(message -> crew.received(ClientKind.HTTP, broker, message, askedAt));
            if (slow) {
                Eventually.pause(SLOW_WORK);
            }
            settling.settle(broker, messages);
            return true;
        } catch (BrokerApi.Unanswered e) {
            crew.unanswered("receive");
            return false;
        }
    }
}
