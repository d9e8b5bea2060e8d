package dev.postrider.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postrider.client.ReceivedMessage;

/**
 * Reads payloads. Safe for any thread.
 *
 * @param <T> what the payload is read as
 */
@FunctionalInterface
public interface PayloadCodec<T> {

    /**
     * Reads one.
     *
     * @throws PayloadException or any other unchecked exception if the payload is not what it should be; the message is
     *     then rejected
     */
    T decode(ReceivedMessage message);

    /** JSON, as Jackson reads it with the modules on the class path; fields it does not know are passed over. */
    static <T> PayloadCodec<T> json(Class<T> type) {
        return json(
                type,
                new ObjectMapper().findAndRegisterModules().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES));
    }

    /** JSON, as that mapper reads it. A payload that is {@code null} is refused. */
    static <T> PayloadCodec<T> json(Class<T> type, ObjectMapper mapper) {
        return message -> {
            try {
                T payload = mapper.readValue(message.text(), type);
                if (payload == null) {
                    throw new PayloadException("The payload is null", null);
                }
                return payload;
            } catch (JsonProcessingException e) {
                throw new PayloadException("Not a " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
            }
        };
    }
}
