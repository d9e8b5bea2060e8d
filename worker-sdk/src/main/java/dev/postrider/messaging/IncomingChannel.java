package dev.postrider.messaging;

import dev.postrider.client.PostriderClient;
import dev.postrider.client.ReceivedMessage;
import dev.postrider.client.SubscribeOptions;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;

/** A queue as the source of a channel. Thread-safe. */
final class IncomingChannel implements IncomingPostriderMessage.Settling {
    private static final Logger LOG = System.getLogger(IncomingChannel.class.getName());
    private static final Duration RETRY_FIRST = Duration.ofSeconds(1);
    private static final Duration RETRY_LONGEST = Duration.ofSeconds(30);

    private final PostriderClient client;
    private final String queue;
    private final SubscribeOptions options;
    private final FailureStrategy strategy;
    private final LeaseKeeper leases;
    private final ChannelHealth health;
    private final Set<Flow.Subscription> subscriptions = ConcurrentHashMap.newKeySet();

    IncomingChannel(PostriderClient client, Vertx vertx, ChannelSettings settings) {
        this.client = client;
        this.queue = settings.queue();
        this.options = new SubscribeOptions(settings.lease(), settings.prefetch());
        this.strategy = settings.failureStrategy();
        this.leases = new LeaseKeeper(vertx, settings.lease(), settings.maxProcessingTime());
        // A little more than the longest pause between two tries.
        this.health = new ChannelHealth(settings.channel(), RETRY_LONGEST.multipliedBy(2));
    }

    /**
     * The queue's messages under the subscriber's demand. A subscription that the broker refuses, for instance because
     * the queue does not exist yet, is tried again for good.
     */
    Multi<Message<?>> messages() {
        return client.subscribe(queue, options)
                .onItem()
                .invoke(health::working)
                .onFailure()
                .invoke(this::refused)
                .onFailure()
                .retry()
                .withBackOff(RETRY_FIRST, RETRY_LONGEST)
                .indefinitely()
                .onSubscription()
                .invoke(subscriptions::add)
                .map(this::message);
    }

    ChannelHealth health() {
        return health;
    }

    /** Takes no more messages; those that wait unprocessed go back to the queue. */
    void close() {
        subscriptions.forEach(Flow.Subscription::cancel);
        leases.close();
    }

    @Override
    public Uni<Void> acked(ReceivedMessage message) {
        return settle(message, message.ack());
    }

    @Override
    public Uni<Void> nacked(ReceivedMessage message, Throwable reason, Metadata metadata) {
        Throwable cause = NackReasons.unwrapped(reason);
        String text = NackReasons.text(cause);
        LOG.log(Level.WARNING, "Message {0} of queue {1} was not processed: {2}", message.id(), queue, text);
        Optional<PostriderNackMetadata> verdict = NackReasons.verdict(cause, metadata);
        if (verdict.isPresent()) {
            Duration delay = verdict.get().delay().orElse(null);
            return settle(message, verdict.get().deadLetter() ? message.deadLetter(text) : message.nack(delay, text));
        }
        Uni<Void> settled = settle(message, strategy.settle(message, text));
        return strategy == FailureStrategy.FAIL ? settled.invoke(() -> end(cause)) : settled;
    }

    private Message<?> message(ReceivedMessage received) {
        leases.keep(received);
        return new IncomingPostriderMessage(received, this);
    }

    /** A settlement that fails must not end the channel: the lease runs out, and the message comes again. */
    private Uni<Void> settle(ReceivedMessage message, Uni<Void> settlement) {
        return settlement
                .onTermination()
                .invoke(() -> leases.release(message))
                .onFailure()
                .invoke(failure -> LOG.log(
                        Level.WARNING, "Message {0} was not settled and will come again: {1}", message.id(), failure))
                .onFailure()
                .recoverWithNull();
    }

    /** Only after the message is settled: who leaves gives back what is unsettled, and no failure would be counted. */
    private void end(Throwable reason) {
        health.ended(reason);
        subscriptions.forEach(Flow.Subscription::cancel);
    }

    private void refused(Throwable failure) {
        health.failing(failure);
        LOG.log(Level.WARNING, "Queue {0} cannot be consumed for now: {1}", queue, failure.toString());
    }
}
