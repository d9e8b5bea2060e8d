package dev.postrider.messaging;

import dev.postrider.client.ReceivedMessage;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What came with a message of an incoming channel; take it from {@code Message.getMetadata(…)} or as a parameter.
 *
 * @param attempt 1 for the first handing-out
 * @param priority 0 to 9
 * @param headers unmodifiable
 */
public record IncomingPostriderMetadata(
        String id,
        String queue,
        Optional<String> topic,
        Optional<String> key,
        int priority,
        int attempt,
        Instant publishedAt,
        Optional<Instant> expiresAt,
        Optional<String> contentType,
        Map<String, String> headers) {

    static IncomingPostriderMetadata of(ReceivedMessage message) {
        return new IncomingPostriderMetadata(
                message.id(),
                message.queue(),
                Optional.ofNullable(message.topic()),
                Optional.ofNullable(message.key()),
                message.priority(),
                message.attempt(),
                message.publishedAt(),
                Optional.ofNullable(message.expiresAt()),
                Optional.ofNullable(message.contentType()),
                message.headers());
    }
}
