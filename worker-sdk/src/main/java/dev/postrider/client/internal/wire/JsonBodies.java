package dev.postrider.client.internal.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.postrider.client.OutgoingMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The bodies of HTTP calls that have messages or receipts in them. */
public final class JsonBodies {
    private static final JsonFactory FACTORY = new JsonFactory();

    /** The messages of an answer, and where to go on. */
    public record Page(List<WireMessage> messages, String next) {}

    private JsonBodies() {}

    /** The body of a settling call. */
    public static String settle(SettleCommand command, List<String> receipts) {
        return JsonFrames.settleBody(command, receipts);
    }

    /** Reads {@code {"messages":[…],"next":"…"}}. */
    public static Page page(String body) {
        List<WireMessage> messages = new ArrayList<>();
        String[] next = new String[1];
        try (JsonParser parser = FACTORY.createParser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "messages" -> readMessages(parser, body, messages::add);
                    case "next" -> next[0] = parser.getValueAsString();
                    default -> parser.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Page(messages, next[0]);
    }

    /** A message as it is published. */
    public static String outgoing(OutgoingMessage message) {
        return new String(JsonMessageEncoder.encode(message, null), StandardCharsets.UTF_8);
    }

    /** Reads one message. */
    public static WireMessage message(String json) {
        try (JsonParser parser = FACTORY.createParser(json)) {
            parser.nextToken();
            return WireMessageReader.read(parser, json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void readMessages(JsonParser parser, String body, Consumer<WireMessage> to) throws IOException {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            to.accept(WireMessageReader.read(parser, body));
        }
    }
}
