package dev.postrider.system.load;

import dev.postrider.client.OutgoingMessage;
import dev.postrider.client.PostriderClient;
import dev.postrider.client.PostriderException;
import dev.postrider.client.ReceivedMessage;
import dev.postrider.client.SubscribeOptions;
import dev.postrider.client.WireProtocol;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.system.history.History;
import dev.postrider.system.load.Fleet.Temper;
import dev.postrider.system.process.BrokerApi;
import dev.postrider.system.process.Eventually;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Clients of the worker SDK, as applications use it: each knows all brokers, publishes and subscribes over the binary
 * protocol, and leaves retrying to the SDK. What still fails, an application would see; it then publishes the same once
 * more. They work beside a fleet, on its queue and into its history.
 */
public final class SdkClients implements AutoCloseable {
    private static final Duration GIVE_UP = Duration.ofSeconds(90);
    /** So that one whose broker stands still goes on at the next one soon. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(3);

    private static final int PREFETCH = 20;
    private static final int PERMILLE = 1_000;

    private final Crew crew;
    private final Temper temper;
    private final List<Client> clients = new ArrayList<>();
    private final List<Thread> publishers = new ArrayList<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Queue<String> misconduct = new ConcurrentLinkedQueue<>();
    private final ConcurrentMap<String, AtomicInteger> unsettled = new ConcurrentHashMap<>();
    private volatile boolean publishing = true;

    private SdkClients(Crew crew, Temper temper) {
        this.crew = crew;
        this.temper = temper;
    }

    /** Starts {@code count} clients beside those of {@code fleet}. Stop their publishing before the fleet finishes. */
    public static SdkClients start(Fleet fleet, int count, Temper temper) {
        SdkClients all = new SdkClients(fleet.crew(), temper);
        // Mutiny looks for a context to propagate when it is first used, and not safely by several threads.
        Uni.createFrom().item("first").map(String::length).await().atMost(GIVE_UP);
        for (int i = 0; i < count; i++) {
            Client client = all.new Client("sdk" + i);
            all.clients.add(client);
            all.publishers.add(Crew.thread("publisher " + client.name, client::publish));
        }
        return all;
    }

    private List<URI> brokers() {
        return IntStream.range(0, crew.size())
                .mapToObj(crew::broker)
                .map(BrokerApi::base)
                .toList();
    }

    /** One application. Its messages come on one thread. */
    private final class Client {
        private final String name;
        private final PostriderClient client;
        private final Cancellable subscription;
        private final Transit transit = new Transit();
        private final SplittableRandom random;

        Client(String name) {
            this.name = name;
            this.random = new SplittableRandom(name.hashCode());
            this.client = PostriderClient.builder()
                    .brokers(brokers())
                    .wireProtocol(WireProtocol.BINARY)
                    .heartbeat(HEARTBEAT)
                    .build();
            this.subscription = client.subscribe(
                            crew.queue(), SubscribeOptions.defaults().withPrefetch(PREFETCH))
                    .subscribe()
                    .with(this::received, failure -> failed("subscription of " + name, failure, false));
        }

        void publish() {
            SplittableRandom pauses = new SplittableRandom(~name.hashCode());
            for (int number = 0; publishing; number++) {
                String text = name + "-" + number;
                crew.history().attempted(List.of(text));
                while (!isStored(text)) {
                    if (!publishing) {
                        return;
                    }
                    Crew.pauseBeforeRetry();
                }
                crew.acknowledged(ClientKind.SDK, List.of(text));
                Eventually.pause(Duration.ofMillis(pauses.nextInt(temper.pauseMillisMax() + 1)));
            }
        }

        private boolean isStored(String text) {
            try {
                client.publish(crew.queue(), OutgoingMessage.text(text).withDeduplicationKey(text))
                        .await()
                        .atMost(GIVE_UP);
                return true;
            } catch (RuntimeException e) {
                failed("publish of " + text, e, true);
                return false;
            }
        }

        private void received(ReceivedMessage message) {
            History history = crew.history();
            history.delivered(message.text(), message.id(), message.attempt(), transit.sentAfter(System.nanoTime()));
            history.trace(message.text(), "delivered by the SDK, receipt " + message.receipt());
            crew.census().delivered(ClientKind.SDK);
            int lot = temper.failing() ? random.nextInt(PERMILLE) : PERMILLE;
            if (lot < Settling.NACKS) {
                history.returned(message.text());
                Duration delay = Duration.ofMillis(random.nextInt(500));
                message.nack(delay, "not now").subscribe().with(done -> {}, SdkClients.this::notSettled);
            } else if (lot < Settling.NACKS + Settling.FORGETS) {
                history.returned(message.text());
            } else {
                message.ack().subscribe().with(done -> settled(message), SdkClients.this::notSettled);
            }
        }

        private void settled(ReceivedMessage message) {
            crew.history().trace(message.text(), "settled by the SDK");
            crew.history().settled(message.text());
        }

        void close() {
            subscription.cancel();
            client.close();
        }
    }

    private void failed(String what, Throwable failure, boolean mayBe) {
        failures.add(what + ": " + failure);
        boolean isForLater = failure instanceof PostriderException refused && refused.is(ProblemCode.UNAVAILABLE);
        if (!mayBe || !isForLater) {
            misconduct.add(what + ": " + failure);
        }
    }

    private void notSettled(Throwable failure) {
        String code = failure instanceof PostriderException refused ? refused.code() : failure.toString();
        unsettled.computeIfAbsent(code, any -> new AtomicInteger()).incrementAndGet();
    }

    /** Publishes and subscriptions that failed in spite of all that the SDK did. */
    public Queue<String> failures() {
        return failures;
    }

    /** Of {@link #failures()}, those that no fault excuses: all others are publishes, for later, and say so. */
    public Queue<String> misconduct() {
        return misconduct;
    }

    /** How many settlements failed, by code: their messages come again. */
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
        clients.forEach(Client::close);
    }
}
