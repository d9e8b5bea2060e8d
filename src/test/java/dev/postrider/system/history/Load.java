package dev.postrider.system.history;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.system.process.BrokerApi;
import dev.postrider.system.process.BrokerApi.Answer;
import dev.postrider.system.process.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Publishers and consumers that work on one queue over HTTP, record what happens, and carry on through every failure: a
 * batch that got no answer or a 503 is sent again, as any client would do it.
 */
public final class Load implements AutoCloseable {
    private static final Duration RETRY_PAUSE = Duration.ofMillis(50);
    private static final int BATCH_MAX = 20;
    private static final int RECEIVE_MAX = 50;

    private final BrokerApi api;
    private final String queue;
    private final History history = new History();
    private final List<Thread> publishers = new ArrayList<>();
    private final List<Thread> consumers = new ArrayList<>();
    private final Set<String> refusals = ConcurrentHashMap.newKeySet();
    private final AtomicInteger unanswered = new AtomicInteger();
    private volatile boolean publishing = true;
    private volatile boolean consuming = true;

    private Load(BrokerApi api, String queue) {
        this.api = api;
        this.queue = queue;
    }

    /** Starts them. The queue must exist, or be made on first use. */
    public static Load start(BrokerApi api, String queue, int publishers, int consumers) {
        Load load = new Load(api, queue);
        for (int i = 0; i < publishers; i++) {
            String name = "p" + i;
            load.publishers.add(load.thread(name, () -> load.publish(name)));
        }
        for (int i = 0; i < consumers; i++) {
            load.consumers.add(load.thread("c" + i, load::consume));
        }
        return load;
    }

    private Thread thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void publish(String name) {
        Random random = new Random(name.hashCode());
        for (int number = 0; publishing; ) {
            List<String> texts = new ArrayList<>();
            for (int i = 1 + random.nextInt(BATCH_MAX); i > 0; i--) {
                texts.add(name + "-" + number++);
            }
            history.attempted(texts);
            while (!isStored(texts)) {
                if (!publishing) {
                    return;
                }
                Eventually.pause(RETRY_PAUSE);
            }
            history.acknowledged(texts);
        }
    }

    private boolean isStored(List<String> texts) {
        try {
            Answer answer = api.publishBatch(queue, texts);
            if (answer.status() == 201) {
                return true;
            }
            refused("publish", answer);
        } catch (BrokerApi.Unanswered e) {
            unanswered.incrementAndGet();
        }
        return false;
    }

    private void consume() {
        while (consuming) {
            try {
                receiveAndAck();
            } catch (BrokerApi.Unanswered e) {
                unanswered.incrementAndGet();
                Eventually.pause(RETRY_PAUSE);
            }
        }
    }

    private void receiveAndAck() {
        long askedAt = history.now();
        Answer received = api.post("/v1/queues/" + queue + "/receive", "{\"max\":" + RECEIVE_MAX + ",\"wait\":\"1s\"}");
        if (received.status() != 200) {
            refused("receive", received);
            Eventually.pause(RETRY_PAUSE);
            return;
        }
        List<JsonNode> messages = BrokerApi.list(received.body().get("messages"));
        for (JsonNode message : messages) {
            history.delivered(
                    message.get("text").asText(), message.get("attempt").asInt(), askedAt);
        }
        if (!messages.isEmpty()) {
            ack(messages);
        }
    }

    private void ack(List<JsonNode> messages) {
        List<String> receipts = BrokerApi.receipts(messages);
        Answer answer = api.post(
                "/v1/queues/" + queue + "/ack",
                BrokerApi.JSON
                        .createObjectNode()
                        .set("receipts", BrokerApi.JSON.valueToTree(receipts))
                        .toString());
        if (answer.status() != 200) {
            refused("ack", answer);
            return;
        }
        Set<String> failed = ConcurrentHashMap.newKeySet();
        answer.body().get("failed").forEach(one -> failed.add(one.get("receipt").asText()));
        for (JsonNode message : messages) {
            if (!failed.contains(message.get("receipt").asText())) {
                history.settled(message.get("text").asText());
            }
        }
    }

    private void refused(String call, Answer answer) {
        String code = answer.body() == null
                ? "no problem document"
                : answer.body().path("code").asText();
        refusals.add(call + " " + answer.status() + " " + code);
    }

    /** What has been recorded so far. */
    public History history() {
        return history;
    }

    /** The kinds of refusals that clients got, for instance {@code publish 503 unavailable}. */
    public Set<String> refusals() {
        return refusals;
    }

    /** Calls that got no answer. */
    public int unanswered() {
        return unanswered.get();
    }

    /** Waits until the broker has acknowledged {@code more} further messages. */
    public void awaitProgress(int more, Duration limit) {
        int before = history.acknowledgedCount();
        Eventually.that(
                more + " more messages are acknowledged", limit, () -> history.acknowledgedCount() >= before + more);
    }

    /**
     * Stops publishing, lets the consumers empty the queue, stops them, and judges.
     *
     * @param limit how long the consumers may take; what is missing then stands in the verdict
     */
    public Verdict finish(Duration limit) {
        // Not "until all is settled": an ack whose answer was lost has settled what the history does not know of.
        return finish(limit, () -> history.isDelivered() && isEmpty());
    }

    /** The same for a queue that may lose messages: waits until nothing is in it any more. */
    public Verdict finishEmpty(Duration limit) {
        return finish(limit, this::isEmpty);
    }

    /** Consumers go on; returns when the last publish is answered, or given up. */
    public void stopPublishing() {
        publishing = false;
        publishers.forEach(Load::join);
    }

    private Verdict finish(Duration limit, Callable<Boolean> isDone) {
        stopPublishing();
        try {
            Eventually.that("the queue is empty", limit, () -> {
                Eventually.pause(Duration.ofMillis(200));
                return isDone.call();
            });
        } catch (AssertionError e) {
            System.out.println(
                    e.getMessage() + ": " + api.get("/v1/queues/" + queue).body());
        }
        // One more round of receives: what is settled must not come again.
        Eventually.pause(Duration.ofSeconds(1));
        close();
        return Verdict.of(history);
    }

    private boolean isEmpty() {
        return api.stat(queue, "ready") + api.stat(queue, "inFlight") + api.stat(queue, "scheduled") == 0;
    }

    @Override
    public void close() {
        publishing = false;
        consuming = false;
        publishers.forEach(Load::join);
        consumers.forEach(Load::join);
    }

    private static void join(Thread thread) {
        try {
            thread.join(Duration.ofSeconds(40).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
