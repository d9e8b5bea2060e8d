package dev.postrider.system.load;

import dev.postrider.system.process.BrokerApi;
import dev.postrider.system.process.BrokerApi.Answer;
import dev.postrider.system.process.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Publishes batches and single messages, each with its text as deduplication key, and repeats what was refused or not
 * answered until it is stored. A faithful one stays with its broker whatever happens; the others go to the next.
 */
final class Publisher implements Runnable {
    private static final int BATCH_MAX = 20;
    /** As a client does whose answer was lost on its own side. */
    private static final int REPEAT_ONE_IN = 50;

    private final Crew crew;
    private final String name;
    private final boolean faithful;
    private final int pauseMillisMax;
    private final SplittableRandom random;
    private int broker;
    private int number;

    Publisher(Crew crew, String name, int broker, boolean faithful, int pauseMillisMax) {
        this.crew = crew;
        this.name = name;
        this.broker = broker;
        this.faithful = faithful;
        this.pauseMillisMax = pauseMillisMax;
        this.random = new SplittableRandom(name.hashCode());
    }

    @Override
    public void run() {
        while (crew.isPublishing()) {
            List<String> texts = new ArrayList<>();
            for (int i = random.nextInt(4) == 0 ? 1 : 1 + random.nextInt(BATCH_MAX); i > 0; i--) {
                texts.add(name + "-" + number++);
            }
            crew.history().attempted(texts);
            if (!isStoredAtLast(texts)) {
                return;
            }
            crew.acknowledged(ClientKind.HTTP, texts);
            crew.service().publishedBy(broker);
            if (random.nextInt(REPEAT_ONE_IN) == 0 && !isStoredAtLast(texts)) {
                return;
            }
            Eventually.pause(Duration.ofMillis(random.nextInt(pauseMillisMax + 1)));
        }
    }

    /** False if publishing was stopped before it was stored. */
    private boolean isStoredAtLast(List<String> texts) {
        while (!isStored(texts)) {
            if (!crew.isPublishing()) {
                return false;
            }
            Crew.pauseBeforeRetry();
            broker = faithful ? broker : crew.next(broker);
        }
        return true;
    }

    private boolean isStored(List<String> texts) {
        BrokerApi api = crew.broker(broker);
        try {
            Answer answer = texts.size() == 1
                    ? api.publish(crew.queue(), texts.get(0), Map.of("Idempotency-Key", texts.get(0)))
                    : api.publishBatch(crew.queue(), texts);
            if (answer.status() == 201) {
                return true;
            }
            crew.refused("publish", answer);
        } catch (BrokerApi.Unanswered e) {
            crew.unanswered("publish");
        }
        return false;
    }
}
