package dev.postrider.broker.transport.sse;

import dev.postrider.broker.dispatch.Delivered;
import dev.postrider.broker.transport.EventJson;
import dev.postrider.broker.transport.MessageJson;
import dev.postrider.protocol.ProtocolException;
import io.vertx.core.buffer.Buffer;
import java.util.function.Function;

/** What the data of a stream's messages is: the parameter {@code format}. */
enum MessageFormat {
    /** A message as it is everywhere in JSON. */
    JSON(MessageJson::toBuffer),
    /** A CloudEvent in the JSON format. */
    CLOUDEVENTS(EventJson::toBuffer);

    private final Function<Delivered, Buffer> writer;

    MessageFormat(Function<Delivered, Buffer> writer) {
        this.writer = writer;
    }

    /**
     * Reads the parameter.
     *
     * @param text null: {@link #JSON}
     * @throws ProtocolException {@code invalid-request}
     */
    static MessageFormat parse(String text) {
        if (text == null || text.equals("json")) {
            return JSON;
        }
        if (text.equals("cloudevents")) {
            return CLOUDEVENTS;
        }
        throw ProtocolException.invalid("'format' must be 'json' or 'cloudevents'");
    }

    /** The message in one line. */
    Buffer write(Delivered message) {
        return writer.apply(message);
    }
}
