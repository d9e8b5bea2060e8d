package dev.postrider.broker.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.dispatch.Delivered;
import dev.postrider.broker.transport.Problem;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.Receipt;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventsTest {
    @Test
    void aMessageIsAnEventOfFourLines() {
        List<String> lines = linesOf("application/json", "{\"to\":\"ada@example.com\"}");
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).isEqualTo("event: message");
        assertThat(lines.get(1)).isEqualTo("id: " + receipt().toText());
        JsonObject data = new JsonObject(lines.get(2).substring("data: ".length()));
        assertThat(data.getString("receipt")).isEqualTo(receipt().toText());
        assertThat(data.getJsonObject("body").getString("to")).isEqualTo("ada@example.com");
        assertThat(lines.get(3)).isEmpty();
    }

    @Test
    void lineBreaksOfABodyDoNotBreakTheEvent() {
        assertThat(linesOf("application/json", "{\r\n  \"to\":\n\"ada\"\r}")).hasSize(4);
        assertThat(linesOf("text/plain", "one\ntwo\r\nthree\rfour\n\n")).hasSize(4);
        assertThat(linesOf("application/json", "{not json\n\n")).hasSize(4);
    }

    @Test
    void anErrorCarriesItsProblem() {
        String event = Events.error(Problem.of(ProblemCode.UNAVAILABLE, "This broker is shutting down", null))
                .toString();
        assertThat(event).startsWith("event: error\ndata: {").endsWith("}\n\n");
        assertThat(event.lines()).hasSize(3);
        assertThat(event).contains("\"code\":\"unavailable\"");
    }

    @Test
    void theOthersAreAsTheClientsKnowThem() {
        assertThat(Events.retry()).hasToString("retry: 2000\n\n");
        assertThat(Events.keepAlive()).hasToString(": keep-alive\n\n");
    }

    private static List<String> linesOf(String contentType, String body) {
        MessageRecord record = MessageRecord.builder()
                .contentType(contentType)
                .body(body.getBytes(StandardCharsets.UTF_8))
                .build();
        Buffer out = Buffer.buffer();
        Events.message(out, new Delivered(receipt(), "m-1", "emails", 1, 1_000, 0, record), MessageFormat.JSON);
        // A line of an event stream may end in CR alone, too.
        return List.of(out.toString().split("\r\n|\n|\r", -1))
                .subList(0, out.toString().split("\r\n|\n|\r", -1).length - 1);
    }

    private static Receipt receipt() {
        return new Receipt(1, 2, 3, 4, 5);
    }
}
