package dev.postrider.broker.transport;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.postrider.broker.dispatch.Delivered;
import dev.postrider.protocol.EventHeaders;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Writes messages as CloudEvents in the JSON format, in one line. One that was not published as an event gets the
 * attributes that it lacks: for a source its queue, or its topic if it comes from no queue, {@code
 * dev.postrider.message} for a type, and when it was published for a time. So does one with values that no event may
 * have; others that are not valid are left out. What a consumer needs to settle it, and where it comes from, are
 * extensions.
 */
public final class EventJson {
    /** The type of what was not published as an event. */
    static final String TYPE = "dev.postrider.message";

    private static final String PARENT = "traceparent";
    private static final String STATE = "tracestate";

    private static final Set<String> WRITTEN_FIRST = Set.of(
            EventHeaders.SPECVERSION, EventHeaders.ID, EventHeaders.SOURCE, EventHeaders.TYPE, EventHeaders.TIME);

    private EventJson() {}

    /** The message as a document of its own. */
    public static Buffer toBuffer(Delivered message) {
        return JsonOutput.write(out -> write(out, message));
    }

    private static void write(JsonGenerator out, Delivered message) throws IOException {
        Map<String, String> headers = message.record().headers();
        String id = attribute(headers, "id");
        String source = attribute(headers, "source");
        String type = attribute(headers, "type");
        out.writeStartObject();
        out.writeStringField("specversion", EventHeaders.VERSION);
        out.writeStringField("id", id == null ? message.id() : id);
        out.writeStringField("source", source == null ? sourceOf(message) : source);
        out.writeStringField("type", type == null ? TYPE : type);
        writeTime(out, message, source != null && type != null);
        writeOthers(out, headers);
        writeTrace(out, headers);
        writeExtensions(out, message, headers);
        writeData(out, message.record());
        out.writeEndObject();
    }

    /** What an event may have under that name; null if it has none, or none that is valid. */
    private static String attribute(Map<String, String> headers, String name) {
        String value = headers.get(EventHeaders.PREFIX + name);
        return value != null && EventRules.allow(name, value) ? value : null;
    }

    private static String sourceOf(Delivered message) {
        return message.queue() == null ? "/v1/topics/" + message.record().topic() : "/v1/queues/" + message.queue();
    }

    private static void writeTime(JsonGenerator out, Delivered message, boolean isEvent) throws IOException {
        Map<String, String> headers = message.record().headers();
        String time = attribute(headers, "time");
        if (time != null) {
            out.writeStringField("time", time);
        } else if (!isEvent || headers.containsKey(EventHeaders.TIME)) {
            out.writeStringField("time", JsonOutput.instant(message.publishedAtMillis()));
        }
    }

    private static void writeOthers(JsonGenerator out, Map<String, String> headers) throws IOException {
        for (Map.Entry<String, String> header : headers.entrySet()) {
            String name = header.getKey();
            if (name.startsWith(EventHeaders.PREFIX) && !WRITTEN_FIRST.contains(name)) {
                String attribute = name.substring(EventHeaders.PREFIX.length());
                boolean isValid = EventHeaders.isAttribute(attribute) && EventRules.allow(attribute, header.getValue());
                if (isValid && !isOurs(attribute)) {
                    out.writeStringField(attribute, header.getValue());
                }
            }
        }
    }

    /** The extension for distributed tracing: where the message was published, unless the event itself says another. */
    private static void writeTrace(JsonGenerator out, Map<String, String> headers) throws IOException {
        String parent = headers.getOrDefault(PARENT, "");
        if (parent.isEmpty() || attribute(headers, PARENT) != null) {
            return;
        }
        out.writeStringField(PARENT, parent);
        String state = headers.getOrDefault(STATE, "");
        if (!state.isEmpty() && !headers.containsKey(EventHeaders.PREFIX + STATE)) {
            out.writeStringField(STATE, state);
        }
    }

    /** A header of the application must not stand for what only the broker says. */
    private static boolean isOurs(String attribute) {
        return attribute.startsWith("postrider") || attribute.startsWith("data") && !attribute.equals("dataschema");
    }

    private static void writeExtensions(JsonGenerator out, Delivered message, Map<String, String> headers)
            throws IOException {
        String key = message.record().key();
        if (key != null && attribute(headers, "partitionkey") == null) {
            out.writeStringField("partitionkey", key);
        }
        if (message.queue() != null) {
            out.writeStringField("postriderqueue", message.queue());
        }
        if (message.record().topic() != null) {
            out.writeStringField("postridertopic", message.record().topic());
        }
        out.writeNumberField("postriderattempt", message.attempt());
        if (message.receipt() != null) {
            out.writeStringField("postriderreceipt", message.receipt().toText());
        }
    }

    private static void writeData(JsonGenerator out, MessageRecord record) throws IOException {
        byte[] body = record.body();
        String contentType = record.contentType();
        boolean isUntyped = contentType.equals(MessageRecord.CONTENT_TYPE_DEFAULT);
        if (body.length > 0 || !isUntyped) {
            out.writeStringField("datacontenttype", contentType);
        }
        if (body.length == 0) {
            return;
        }
        String text = JsonText.decode(body);
        if (text != null && JsonText.isJson(contentType) && JsonText.isValue(body)) {
            out.writeFieldName("data");
            // Line breaks can only stand between the tokens of valid JSON, so that a space means the same.
            out.writeRawValue(text.replace('\n', ' ').replace('\r', ' '));
        } else if (text != null && isText(contentType)) {
            out.writeStringField("data", text);
        } else {
            out.writeBinaryField("data_base64", body);
        }
    }

    private static boolean isText(String contentType) {
        int end = contentType.indexOf(';');
        String mediaType =
                (end < 0 ? contentType : contentType.substring(0, end)).trim().toLowerCase(Locale.ROOT);
        return mediaType.startsWith("text/") || mediaType.endsWith("/xml") || mediaType.endsWith("+xml");
    }
}
