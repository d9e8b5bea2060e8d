package dev.postrider.client.internal.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postrider.client.ReceivedMessage;
import dev.postrider.client.internal.wire.SettleCommand;
import dev.postrider.client.internal.wire.WireMessage;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/** A message together with the way to settle it. Immutable. */
public final class Delivered implements ReceivedMessage {
    private final WireMessage message;
    private final ObjectMapper mapper;
    private final Settler settler;

    public Delivered(WireMessage message, ObjectMapper mapper, Settler settler) {
        this.message = message;
        this.mapper = mapper;
        this.settler = settler;
    }

    @Override
    public String receipt() {
        return message.receipt();
    }

    @Override
    public String id() {
        return message.id();
    }

    @Override
    public String queue() {
        return message.queue();
    }

    @Override
    public String topic() {
        return message.topic();
    }

    @Override
    public String key() {
        return message.key();
    }

    @Override
    public int priority() {
        return message.priority();
    }

    @Override
    public int attempt() {
        return message.attempt();
    }

    @Override
    public Instant publishedAt() {
        return message.publishedAt();
    }

    @Override
    public Instant expiresAt() {
        return message.expiresAt();
    }

    @Override
    public String contentType() {
        return message.contentType();
    }

    @Override
    public Map<String, String> headers() {
        return message.headers();
    }

    @Override
    public byte[] bytes() {
        return message.bytes();
    }

    @Override
    public String text() {
        return message.text();
    }

    @Override
    public <T> T json(Class<T> type) {
        try {
            return mapper.readValue(message.text(), type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not a " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
        }
    }

    @Override
    public Uni<Void> ack() {
        return settler.settle(SettleCommand.ack(), message);
    }

    @Override
    public Uni<Void> nack(Duration delay, String reason) {
        return settler.settle(SettleCommand.nack(delay, reason), message);
    }

    @Override
    public Uni<Void> deadLetter(String reason) {
        return settler.settle(SettleCommand.deadLetter(reason), message);
    }

    @Override
    public Uni<Void> extend(Duration lease) {
        return settler.settle(SettleCommand.extend(Objects.requireNonNull(lease, "lease")), message);
    }

    @Override
    public String toString() {
        return "message " + id() + " of " + queue() + ", attempt " + attempt();
    }
}
