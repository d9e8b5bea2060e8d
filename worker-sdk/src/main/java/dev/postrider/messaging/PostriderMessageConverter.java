package dev.postrider.messaging;

import dev.postrider.client.ReceivedMessage;
import dev.postrider.worker.PayloadException;
import io.smallrye.reactive.messaging.MessageConverter;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.reflect.Type;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Gives a method the payload as the type it asks for: {@code byte[]} as it came, {@code String} as UTF-8,
 * {@link ReceivedMessage} whole, any other class from JSON. A payload that does not parse is dead-lettered with the
 * parser's error.
 */
@ApplicationScoped
public class PostriderMessageConverter implements MessageConverter {
    /** Before the general ones, which know {@code byte[]} and nothing of its content. */
    @Override
    public int getPriority() {
        return CONVERTER_DEFAULT_PRIORITY - 1;
    }

    @Override
    public boolean canConvert(Message<?> in, Type target) {
        return target instanceof Class<?> && received(in) != null;
    }

    @Override
    public Message<?> convert(Message<?> in, Type target) {
        return in.withPayload(payload(received(in), (Class<?>) target));
    }

    private static Object payload(ReceivedMessage message, Class<?> target) {
        if (target == byte[].class) {
            return message.bytes();
        }
        if (target == String.class) {
            return message.text();
        }
        if (target.isInstance(message)) {
            return message;
        }
        try {
            Object payload = message.json(target);
            if (payload == null) {
                throw new PayloadException("The payload is null", null);
            }
            return payload;
        } catch (IllegalArgumentException e) {
            throw new PayloadException(e.getMessage(), e);
        }
    }

    private static ReceivedMessage received(Message<?> in) {
        return in.getMetadata(ReceivedMessage.class).orElse(null);
    }
}
