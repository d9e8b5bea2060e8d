package dev.postrider.system.load;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.system.history.History;
import dev.postrider.system.process.BrokerApi;
import dev.postrider.system.process.BrokerApi.Answer;
import dev.postrider.system.process.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What all clients of a load share: the brokers, the queue, the record, and whether to go on. Thread-safe.
 */
final class Crew {
    private static final Duration RETRY_PAUSE = Duration.ofMillis(100);

    private final List<BrokerApi> brokers;
    private final String queue;
    private final History history = new History();
    private final Service service;
    private final Census census = new Census();
    private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();
    private volatile boolean publishing = true;
    private volatile boolean consuming = true;

    Crew(List<BrokerApi> brokers, String queue) {
        this.brokers = List.copyOf(brokers);
        this.queue = queue;
        this.service = new Service(brokers.size());
    }

    int size() {
        return brokers.size();
    }

    BrokerApi broker(int index) {
        return brokers.get(index);
    }

    /** The one after {@code index}. */
    int next(int index) {
        return (index + 1) % brokers.size();
    }

    String queue() {
        return queue;
    }

    String path(String call) {
        return "/v1/queues/" + queue + "/" + call;
    }

    History history() {
        return history;
    }

    Service service() {
        return service;
    }

    Census census() {
        return census;
    }

    boolean isPublishing() {
        return publishing;
    }

    boolean isConsuming() {
        return consuming;
    }

    void stopPublishing() {
        publishing = false;
    }

    void stopConsuming() {
        publishing = false;
        consuming = false;
    }

    /** The broker has told a publisher of this kind that these are stored, for the first time. */
    void acknowledged(ClientKind kind, List<String> texts) {
        history.acknowledged(texts);
        census.acknowledged(kind, texts.size());
    }

    /** A message has come from {@code broker} to a consumer that had asked at {@code askedAt}. */
    void received(ClientKind kind, int broker, JsonNode message, long askedAt) {
        census.delivered(kind);
        service.deliveredBy(broker);
        trace(
                message,
                "delivered by broker " + broker + " to "
                        + Thread.currentThread().getName() + ", attempt " + message.get("attempt") + ", asked "
                        + (System.nanoTime() - askedAt) / 1_000_000 + " ms before");
        history.delivered(
                message.get("text").asText(),
                message.get("id").asText(),
                message.get("attempt").asInt(),
                askedAt);
    }

    void trace(JsonNode message, String event) {
        history.trace(
                message.get("text").asText(),
                event + ", receipt " + message.get("receipt").asText());
    }

    void refused(String call, Answer answer) {
        String code = answer.body() == null
                ? "no problem document"
                : answer.body().path("code").asText();
        count(call + " " + answer.status() + " " + code);
    }

    void unanswered(String call) {
        count(call + " unanswered");
    }

    void count(String what) {
        refusals.computeIfAbsent(what, any -> new LongAdder()).increment();
    }

    Map<String, LongAdder> refusals() {
        return refusals;
    }

    static void pauseBeforeRetry() {
        Eventually.pause(RETRY_PAUSE);
    }

    static Thread thread(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
