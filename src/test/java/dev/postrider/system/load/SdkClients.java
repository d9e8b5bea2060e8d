package dev.postrider.system.load;

import dev.postrider.client.OutgoingMessage;
import dev.postrider.client.PostriderClient;
import dev.postrider.client.PostriderException;
import dev.postrider.client.ReceivedMessage;
import dev.postrider.client.SubscribeOptions;
import dev.postrider.system.history.History;
import dev.postrider.system.process.Eventually;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients of the worker SDK, as applications use it: each publishes and subscribes, and leaves retrying to the SDK.
 * What still fails, an application would see.
 */
public final class SdkClients implements AutoCloseable {
    private static final Duration PUBLISH_PAUSE = Duration.ofMillis(10);
    private static final Duration GIVE_UP = Duration.ofSeconds(90);
    private static final int PREFETCH = 20;

    private final History history;
    private final String queue;
    private final List<PostriderClient> clients = new ArrayList<>();
    private final List<Cancellable> subscriptions = new ArrayList<>();
    private final List<Thread> publishers = new ArrayList<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final ConcurrentMap<String, AtomicInteger> unsettled = new ConcurrentHashMap<>();
    private volatile boolean publishing = true;

    private SdkClients(History history, String queue) {
        this.history = history;
        this.queue = queue;
    }

    /** Starts {@code count} clients that know all {@code brokers}; all record into {@code history}. */
    public static SdkClients start(List<URI> brokers, int count, String queue, History history) {
        SdkClients all = new SdkClients(history, queue);
        // Mutiny looks for a context to propagate when it is first used, and not safely by several threads.
        Uni.createFrom().voidItem().await().atMost(GIVE_UP);
        for (int i = 0; i < count; i++) {
            PostriderClient client = PostriderClient.builder().brokers(brokers).build();
            String name = "sdk" + i;
            all.clients.add(client);
            all.subscriptions.add(client.subscribe(
                            queue, SubscribeOptions.defaults().withPrefetch(PREFETCH))
                    .subscribe()
                    .with(all::received, failure -> all.failures.add("subscription of " + name + ": " + failure)));
            all.publishers.add(Crew.thread("publisher " + name, () -> all.publish(client, name)));
        }
        return all;
    }

    private void publish(PostriderClient client, String name) {
        for (int number = 0; publishing; number++) {
            String text = name + "-" + number;
            history.attempted(List.of(text));
            try {
                client.publish(queue, OutgoingMessage.text(text).withDeduplicationKey(text))
                        .await()
                        .atMost(GIVE_UP);
                history.acknowledged(List.of(text));
            } catch (RuntimeException e) {
                failures.add("publish of " + text + ": " + e);
            }
            Eventually.pause(PUBLISH_PAUSE);
        }
    }

    private void received(ReceivedMessage message) {
        // Not asked at a moment of its own: what it gets may have been on its way for long.
        history.delivered(message.text(), message.id(), message.attempt(), Long.MIN_VALUE);
        history.trace(message.text(), "delivered by the SDK, receipt " + message.receipt());
        message.ack().subscribe().with(done -> settled(message), this::notSettled);
    }

    private void settled(ReceivedMessage message) {
        history.trace(message.text(), "settled by the SDK");
        history.settled(message.text());
    }

    private void notSettled(Throwable failure) {
        String code = failure instanceof PostriderException refused ? refused.code() : failure.toString();
        unsettled.computeIfAbsent(code, any -> new AtomicInteger()).incrementAndGet();
    }

    /** Publishes and subscriptions that failed in spite of all that the SDK did. */
    public Queue<String> failures() {
        return failures;
    }

    /** How many acknowledgements failed, by code: their messages come again. */
    public ConcurrentMap<String, AtomicInteger> unsettled() {
        return unsettled;
    }

    /** Stops publishing and waits for what is under way; consuming goes on. */
    public void stopPublishing() {
        publishing = false;
        for (Thread publisher : publishers) {
            try {
                publisher.join(GIVE_UP.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        stopPublishing();
        subscriptions.forEach(Cancellable::cancel);
        clients.forEach(PostriderClient::close);
    }
}
