package dev.postrider.system.load;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.system.process.BrokerApi;
import dev.postrider.system.process.BrokerApi.Answer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What a consumer does with what it got: nearly all is acknowledged, at times through another broker than the one that
 * delivered; some is returned with a delay, and a little is forgotten until its lease ends. For one thread.
 */
final class Settling {
    /** Of a thousand messages, so many are returned, and so many forgotten, by consumers that fail. */
    static final int NACKS = 20;

    static final int FORGETS = 2;

    private static final int REPEATS_MAX = 3;
    private static final int PERMILLE = 1_000;

    private final Crew crew;
    private final Habits habits;
    private final SplittableRandom random;

    /**
     * How often, in a thousand.
     *
     * @param nacks messages that are returned with a delay
     * @param forgets messages that are never settled
     * @param astray acknowledgements that go to another broker
     */
    record Habits(int nacks, int forgets, int astray) {}

    Settling(Crew crew, Habits habits, long seed) {
        this.crew = crew;
        this.habits = habits;
        this.random = new SplittableRandom(seed);
    }

    /** Settles messages that came from {@code broker}; true if they go to it and not astray. */
    void settle(int broker, List<JsonNode> messages) {
        List<JsonNode> acked = new ArrayList<>();
        List<JsonNode> nacked = new ArrayList<>();
        for (JsonNode message : messages) {
            int lot = random.nextInt(PERMILLE);
            if (lot < habits.nacks) {
                nacked.add(message);
            } else if (lot >= habits.nacks + habits.forgets) {
                acked.add(message);
            } else {
                crew.history().returned(message.get("text").asText());
            }
        }
        int target = crew.size() > 1 && random.nextInt(PERMILLE) < habits.astray ? crew.next(broker) : broker;
        nack(target, nacked);
        ack(target, acked);
    }

    private void nack(int broker, List<JsonNode> messages) {
        if (!messages.isEmpty()) {
            messages.forEach(
                    message -> crew.history().returned(message.get("text").asText()));
            ask(broker, "nack", messages, ",\"delay\":\"" + random.nextInt(500) + "ms\"");
        }
    }

    /** Repeated a few times; after that the lease runs out, and the message comes again. */
    private void ack(int broker, List<JsonNode> messages) {
        int target = broker;
        for (int i = 0; i < REPEATS_MAX && !messages.isEmpty() && crew.isConsuming(); i++) {
            Answer answer = ask(target, "ack", messages, "");
            if (answer != null) {
                recordSettled(target, messages, answer);
                return;
            }
            int asked = target;
            messages.forEach(message -> crew.trace(message, "ack not taken by broker " + asked));
            Crew.pauseBeforeRetry();
            target = crew.next(target);
        }
    }

    private Answer ask(int broker, String call, List<JsonNode> messages, String more) {
        String receipts =
                BrokerApi.JSON.valueToTree(BrokerApi.receipts(messages)).toString();
        try {
            Answer answer = crew.broker(broker).post(crew.path(call), "{\"receipts\":" + receipts + more + "}");
            if (answer.status() == 200) {
                return answer;
            }
            crew.refused(call, answer);
        } catch (BrokerApi.Unanswered e) {
            crew.unanswered(call);
        }
        return null;
    }

    private void recordSettled(int broker, List<JsonNode> messages, Answer answer) {
        Set<String> failed = new HashSet<>();
        for (JsonNode one : answer.body().get("failed")) {
            failed.add(one.get("receipt").asText());
            crew.count("ack refused: " + one.get("code").asText());
        }
        for (JsonNode message : messages) {
            if (!failed.contains(message.get("receipt").asText())) {
                crew.history().settled(message.get("text").asText());
                crew.trace(message, "settled by broker " + broker);
            } else {
                crew.trace(message, "ack refused by broker " + broker);
            }
        }
    }
}
