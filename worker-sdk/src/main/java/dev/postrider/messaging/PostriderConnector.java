package dev.postrider.messaging;

import static io.smallrye.reactive.messaging.annotations.ConnectorAttribute.Direction.INCOMING;
import static io.smallrye.reactive.messaging.annotations.ConnectorAttribute.Direction.INCOMING_AND_OUTGOING;
import static io.smallrye.reactive.messaging.annotations.ConnectorAttribute.Direction.OUTGOING;

import dev.postrider.client.PostriderClient;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.annotations.ConnectorAttribute;
import io.smallrye.reactive.messaging.connector.InboundConnector;
import io.smallrye.reactive.messaging.connector.OutboundConnector;
import io.smallrye.reactive.messaging.health.HealthReport;
import io.smallrye.reactive.messaging.health.HealthReporter;
import io.smallrye.reactive.messaging.providers.connectors.ExecutionHolder;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Reception;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;

/**
 * Queues of a Postrider broker as channels of SmallRye Reactive Messaging.
 *
 * <p>Incoming: the method's demand is the credit that the broker is granted; a message's lease is extended while it is
 * processed; an ack settles it, and a nack does what the failure says ({@code RejectMessageException},
 * {@code RetryLaterException}, {@link PostriderNackMetadata}) or else the failure strategy. Delivery is at least once.
 * Outgoing: a message is acknowledged once the broker has stored it.
 *
 * <p>Every attribute may be set for all channels at once, as {@code mp.messaging.connector.postrider.NAME}.
 */
@ApplicationScoped
@Connector(PostriderConnector.NAME)
@ConnectorAttribute(
        name = "queue",
        type = "string",
        direction = INCOMING_AND_OUTGOING,
        description = "The queue; the channel's name unless set")
@ConnectorAttribute(
        name = "url",
        type = "string",
        direction = INCOMING_AND_OUTGOING,
        description =
                "The broker's address, or several separated by commas; unless set, the application's PostriderClient"
                        + " bean is used if there is one, otherwise http://127.0.0.1:8080")
@ConnectorAttribute(
        name = "api-key",
        type = "string",
        direction = INCOMING_AND_OUTGOING,
        description = "Shown to the broker as a bearer token")
@ConnectorAttribute(
        name = "client-name",
        type = "string",
        direction = INCOMING_AND_OUTGOING,
        description = "The @Identifier of the PostriderClient bean to use")
@ConnectorAttribute(
        name = "health-enabled",
        type = "boolean",
        direction = INCOMING_AND_OUTGOING,
        description = "Whether the channel is part of the health checks",
        defaultValue = "true")
@ConnectorAttribute(
        name = "lease",
        type = "string",
        direction = INCOMING,
        description = "How long a message stays ours without a sign of life, as 30s",
        defaultValue = "30s")
@ConnectorAttribute(
        name = "max-processing-time",
        type = "string",
        direction = INCOMING,
        description = "How long a lease is extended at most",
        defaultValue = "10m")
@ConnectorAttribute(
        name = "prefetch",
        type = "int",
        direction = INCOMING,
        description = "Messages held ready beyond the method's demand: faster for short work, at the price of leases"
                + " that run while messages wait",
        defaultValue = "0")
@ConnectorAttribute(
        name = "failure-strategy",
        type = "string",
        direction = INCOMING,
        description = "What a nack does: nack (comes again after the queue's backoff), reject (to the dead letters) or"
                + " fail (comes again elsewhere; this channel ends and the application is unhealthy)",
        defaultValue = "nack")
@ConnectorAttribute(
        name = "topic",
        type = "string",
        direction = OUTGOING,
        description = "The topic to publish to, instead of a queue; a message whose metadata names a queue goes there")
@ConnectorAttribute(
        name = "window",
        type = "int",
        direction = OUTGOING,
        description = "Messages on their way to the broker at a time; 1 keeps them in order",
        defaultValue = "256")
public class PostriderConnector implements InboundConnector, OutboundConnector, HealthReporter {
    /** What a channel's {@code connector} attribute says. */
    public static final String NAME = "postrider";

    private final Vertx vertx;
    private final ClientDirectory clients;
    private final List<IncomingChannel> incoming = new CopyOnWriteArrayList<>();
    private final List<ChannelHealth> reported = new CopyOnWriteArrayList<>();

    /** For the container's proxies only. */
    protected PostriderConnector() {
        this.vertx = null;
        this.clients = null;
    }

    @Inject
    PostriderConnector(ExecutionHolder execution, @Any Instance<PostriderClient> beans) {
        this(execution.vertx().getDelegate(), name -> find(beans, name));
    }

    PostriderConnector(Vertx vertx, Function<Optional<String>, Optional<PostriderClient>> beans) {
        this.vertx = vertx;
        this.clients = new ClientDirectory(vertx, beans);
    }

    @Override
    public Flow.Publisher<? extends Message<?>> getPublisher(Config config) {
        ChannelSettings settings = new ChannelSettings(config);
        IncomingChannel channel = new IncomingChannel(clients.clientFor(settings), vertx, settings);
        incoming.add(channel);
        report(settings, channel.health());
        return channel.messages();
    }

    @Override
    public Flow.Subscriber<? extends Message<?>> getSubscriber(Config config) {
        ChannelSettings settings = new ChannelSettings(config);
        OutgoingChannel channel = new OutgoingChannel(clients.clientFor(settings), settings);
        report(settings, channel.health());
        return channel.subscriber();
    }

    @Override
    public HealthReport getReadiness() {
        HealthReport.HealthReportBuilder report = HealthReport.builder();
        reported.forEach(channel -> channel.addReadiness(report));
        return report.build();
    }

    @Override
    public HealthReport getLiveness() {
        HealthReport.HealthReportBuilder report = HealthReport.builder();
        reported.forEach(channel -> channel.addLiveness(report));
        return report.build();
    }

    /** Before the Vert.x that the clients run on is closed. */
    void terminate(
            @Observes(notifyObserver = Reception.IF_EXISTS) @Priority(50) @BeforeDestroyed(ApplicationScoped.class)
                    Object event) {
        close();
    }

    void close() {
        incoming.forEach(IncomingChannel::close);
        clients.close();
    }

    private void report(ChannelSettings settings, ChannelHealth health) {
        if (settings.healthEnabled()) {
            reported.add(health);
        }
    }

    private static Optional<PostriderClient> find(Instance<PostriderClient> beans, Optional<String> name) {
        Instance<PostriderClient> found = name.isPresent()
                ? beans.select(Identifier.Literal.of(name.get()))
                : beans.select(Default.Literal.INSTANCE);
        return found.isResolvable() ? Optional.of(found.get()) : Optional.empty();
    }
}
