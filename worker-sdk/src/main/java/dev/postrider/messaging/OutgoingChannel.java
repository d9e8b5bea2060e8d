package dev.postrider.messaging;

import dev.postrider.client.OutgoingMessage;
import dev.postrider.client.PostriderClient;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.OutgoingMessageMetadata;
import io.smallrye.reactive.messaging.providers.helpers.MultiUtils;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Flow;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * A queue or a topic as the sink of a channel. A message is acknowledged when the broker has stored it, and
 * negatively when it has not; neither ends the channel.
 */
final class OutgoingChannel {
    private static final Logger LOG = System.getLogger(OutgoingChannel.class.getName());
    private static final Duration HEALTH_MEMORY = Duration.ofSeconds(30);
    private static final String BYTES = "application/octet-stream";
    private static final String JSON = "application/json";

    private final PostriderClient client;
    private final String queue;
    /** Empty: messages go to the queue. */
    private final Optional<String> topic;

    private final int window;
    private final ChannelHealth health;

    OutgoingChannel(PostriderClient client, ChannelSettings settings) {
        this.client = client;
        this.topic = settings.topic();
        this.queue = topic.isPresent() ? topic.get() : settings.queue();
        this.window = settings.window();
        this.health = new ChannelHealth(settings.channel(), HEALTH_MEMORY);
    }

    /** Takes at most {@code window} messages that the broker has not answered. */
    Flow.Subscriber<Message<?>> subscriber() {
        return MultiUtils.via((Multi<Message<?>> messages) -> messages.onItem()
                .transformToUni(this::send)
                .merge(window)
                .onFailure()
                .invoke(health::ended));
    }

    ChannelHealth health() {
        return health;
    }

    /** Never fails: one message that cannot be sent must not end the stream for those that follow. */
    private Uni<Void> send(Message<?> message) {
        return Uni.createFrom()
                .deferred(() -> publish(message))
                .onItem()
                .invoke(id -> stored(message, id))
                .onItem()
                .transformToUni(id -> Uni.createFrom().completionStage(message::ack))
                .onFailure()
                .invoke(this::failed)
                .onFailure()
                .recoverWithUni(failure -> Uni.createFrom().completionStage(() -> message.nack(failure)))
                .onFailure()
                .recoverWithNull();
    }

    private Uni<String> publish(Message<?> message) {
        OutgoingPostriderMetadata metadata =
                message.getMetadata(OutgoingPostriderMetadata.class).orElse(OutgoingPostriderMetadata.none());
        OutgoingMessage outgoing = metadata.applyTo(outgoing(message.getPayload(), metadata.contentType()));
        boolean toTopic = topic.isPresent() && metadata.queue().isEmpty();
        return toTopic
                ? client.publishToTopic(topic.get(), outgoing)
                : client.publish(metadata.queue().orElse(queue), outgoing);
    }

    private void stored(Message<?> message, String id) {
        health.working();
        OutgoingMessageMetadata.setResultOnMessage(message, id);
    }

    private void failed(Throwable failure) {
        health.failing(failure);
        LOG.log(Level.WARNING, "A message for {0} was not published: {1}", queue, failure.toString());
    }

    private static OutgoingMessage outgoing(Object payload, Optional<String> contentType) {
        if (payload instanceof OutgoingMessage ready) {
            return ready;
        }
        if (payload instanceof byte[] bytes) {
            return OutgoingMessage.bytes(bytes, contentType.orElse(BYTES));
        }
        if (payload instanceof Buffer buffer) {
            return OutgoingMessage.bytes(buffer.getBytes(), contentType.orElse(BYTES));
        }
        if (payload instanceof JsonObject object) {
            return OutgoingMessage.bytes(object.toBuffer().getBytes(), contentType.orElse(JSON));
        }
        if (payload instanceof JsonArray array) {
            return OutgoingMessage.bytes(array.toBuffer().getBytes(), contentType.orElse(JSON));
        }
        if (payload instanceof CharSequence text) {
            return contentType
                    .map(type -> OutgoingMessage.bytes(text.toString().getBytes(StandardCharsets.UTF_8), type))
                    .orElseGet(() -> OutgoingMessage.text(text.toString()));
        }
        return OutgoingMessage.json(payload);
    }
}
