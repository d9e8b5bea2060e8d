package dev.postrider.broker.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.broker.dispatch.Delivered;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.Receipt;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The structured and the batch mode of CloudEvents; vectors after the JSON format of the specification. */
class EventsInJsonTest {
    private static final String REQUIRED =
            "\"specversion\":\"1.0\",\"id\":\"A234-1234\",\"source\":\"/mycontext\",\"type\":\"com.example.someevent\"";

    private final MessageParser parser = new MessageParser(1_000);

    private MessageRecord parse(String more) {
        return parser.parseEvents(("[{" + REQUIRED + more + "}]").getBytes(StandardCharsets.UTF_8))
                .get(0);
    }

    private static String body(MessageRecord message) {
        return new String(message.body(), StandardCharsets.UTF_8);
    }

    private static JsonObject written(MessageRecord message) {
        return new JsonObject(EventJson.toBuffer(new Delivered(
                        new Receipt(1, 2, 3, 4, 5),
                        message.id() == null ? "m-1" : message.id(),
                        "emails",
                        2,
                        1_000,
                        0,
                        message))
                .toString());
    }

    @Nested
    class Read {
        @Test
        void becomesAMessageWithTheEventsIdAndItsAttributesAsHeaders() {
            MessageRecord message = parse(",\"time\":\"2018-04-05T17:31:00Z\",\"comexampleextension1\":\"value\","
                    + "\"comexampleothervalue\":5,\"flag\":true,\"unset\":null,"
                    + "\"datacontenttype\":\"text/xml\",\"data\":\"<much wow=\\\"xml\\\"/>\"");

            assertThat(message.id()).isEqualTo("A234-1234");
            assertThat(message.deduplicationKey()).isEqualTo("/mycontext A234-1234");
            assertThat(message.contentType()).isEqualTo("text/xml");
            assertThat(body(message)).isEqualTo("<much wow=\"xml\"/>");
            assertThat(message.headers())
                    .containsEntry("ce-type", "com.example.someevent")
                    .containsEntry("ce-time", "2018-04-05T17:31:00Z")
                    .containsEntry("ce-comexampleothervalue", "5")
                    .containsEntry("ce-flag", "true")
                    .doesNotContainKeys("ce-unset", "ce-id", "ce-datacontenttype", "ce-data");
        }

        @Test
        void keepsJsonByteForByte() {
            MessageRecord message = parse(",\"data\": {\"appinfoA\" : 1.0} ");
            assertThat(body(message)).isEqualTo("{\"appinfoA\" : 1.0}");
            assertThat(message.contentType()).isEqualTo("application/json");
            assertThat(body(parse(",\"data\":\"text\""))).isEqualTo("\"text\"");
        }

        @Test
        void decodesBytesAndKnowsNoData() {
            MessageRecord bytes = parse(",\"datacontenttype\":\"image/png\",\"data_base64\":\"AQID\"");
            assertThat(bytes.body()).containsExactly(1, 2, 3);
            assertThat(bytes.contentType()).isEqualTo("image/png");
            assertThat(parse("").body()).isEmpty();
            assertThat(parse(",\"data\":null").body()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '~',
                value = {
                    "[]|'batch' must have 1 to",
                    "{}|'batch' must be an array",
                    "[1]|must be a JSON object",
                    "[{}]|[0]: The event's 'specversion' is missing",
                    "[{\"specversion\":\"1.0\",\"id\":\"\"}]|'id' must not be empty",
                    "[{\"id\":{}}]|'id' must be a string, a number, true or false",
                    "[{\"Subject\":\"x\"}]|lower-case letters and digits",
                    "[{\"data_base64\":\"?\"}]|must be base64",
                    "[{\"data_base64\":1}]|must be a string",
                })
        void refusesWhatIsNoEvent(String batch, String told) {
            assertThatThrownBy(() -> parser.parseEvents(batch.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining(told);
        }

        @Test
        void refusesDataOfTwoKindsAndTooMuchOfIt() {
            assertThatThrownBy(() -> parse(",\"data\":1,\"data_base64\":\"AQ==\""))
                    .hasMessageContaining("both");
            assertThatThrownBy(() -> parse(",\"data\":\"" + "x".repeat(1_000) + "\""))
                    .isInstanceOfSatisfying(ProtocolException.class, refusal -> assertThat(refusal.code())
                            .isEqualTo(ProblemCode.MESSAGE_TOO_LARGE));
            assertThatThrownBy(() -> parse(",\"big\":\"" + "x".repeat(16 * 1024) + "\""))
                    .hasMessageContaining("headers");
        }
    }

    @Nested
    class Written {
        @Test
        void isTheEventThatWasRead() {
            List<String> events = List.of(
                    ",\"subject\":\"7\",\"datacontenttype\":\"application/json\",\"data\":{\"a\":[1,2.0]}",
                    ",\"datacontenttype\":\"text/plain\",\"data\":\"x\\ny\"",
                    ",\"datacontenttype\":\"image/png\",\"data_base64\":\"AQID\"",
                    ",\"datacontenttype\":\"application/vnd.x+json\",\"data\":\"text\"",
                    ",\"dataschema\":\"https://example.com/schema\"",
                    ",\"datacontenttype\":\"application/json\"",
                    ",\"datacontenttype\":\"image/png\"");
            for (String event : events) {
                JsonObject again = written(parse(event));
                assertThat(again.remove("postriderreceipt")).isNotNull();
                assertThat(again.remove("postriderqueue")).isEqualTo("emails");
                assertThat(again.remove("postriderattempt")).isEqualTo(2);
                assertThat(again).isEqualTo(new JsonObject("{" + REQUIRED + event + "}"));
            }
        }

        @Test
        void ofAMessageThatWasNoneHasWhatAnEventNeeds() {
            MessageRecord message = MessageRecord.builder()
                    .key("k")
                    .contentType("text/plain; charset=utf-8")
                    .header("region", "eu")
                    .body("hello".getBytes(StandardCharsets.UTF_8))
                    .build();
            JsonObject event = written(message);
            event.remove("postriderreceipt");
            assertThat(event.getMap())
                    .containsEntry("specversion", "1.0")
                    .containsEntry("id", "m-1")
                    .containsEntry("source", "/v1/queues/emails")
                    .containsEntry("type", "dev.postrider.message")
                    .containsEntry("time", "1970-01-01T00:00:01.000Z")
                    .containsEntry("partitionkey", "k")
                    .containsEntry("data", "hello")
                    .doesNotContainKey("region");
        }

        @Test
        void ofATopicThatIsFollowedHasNoQueueAndTheTopicForASource() {
            MessageRecord message = MessageRecord.builder()
                    .topic("orders")
                    .body("hello".getBytes(StandardCharsets.UTF_8))
                    .build();

            JsonObject event = new JsonObject(EventJson.toBuffer(new Delivered(null, "m-1", null, 1, 1_000, 0, message))
                    .toString());

            assertThat(event.getMap())
                    .containsEntry("source", "/v1/topics/orders")
                    .containsEntry("postridertopic", "orders")
                    .doesNotContainKeys("postriderqueue", "postriderreceipt");
        }

        @Test
        void ofACopyInAQueueSaysBothAndHasTheQueueForASource() {
            JsonObject event = written(MessageRecord.builder().topic("orders").build());

            assertThat(event.getMap())
                    .containsEntry("source", "/v1/queues/emails")
                    .containsEntry("postriderqueue", "emails")
                    .containsEntry("postridertopic", "orders");
        }

        @ParameterizedTest
        @ValueSource(strings = {"application/json", "text/plain", "image/png", "application/octet-stream"})
        void hasNoDataIfItsMessageHasNoBody(String contentType) {
            MessageRecord message =
                    MessageRecord.builder().contentType(contentType).build();
            assertThat(written(message).getMap()).doesNotContainKeys("data", "data_base64");
        }

        @Test
        void hasTheTraceThatItsMessageWasPublishedIn() {
            MessageRecord message = MessageRecord.builder()
                    .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                    .header("tracestate", "a=1")
                    .build();
            assertThat(written(message).getMap())
                    .containsEntry("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                    .containsEntry("tracestate", "a=1");
        }

        @Test
        void hasATraceOfItsOwnRatherThanTheMessages() {
            MessageRecord message = MessageRecord.builder()
                    .header("ce-traceparent", "of the event")
                    .header("traceparent", "of the message")
                    .header("tracestate", "of the message")
                    .build();
            assertThat(written(message).getMap())
                    .containsEntry("traceparent", "of the event")
                    .doesNotContainKey("tracestate");
            MessageRecord halfOfOne = MessageRecord.builder()
                    .header("ce-tracestate", "of the event")
                    .header("tracestate", "of the message")
                    .header("traceparent", "of the message")
                    .build();
            assertThat(EventJson.toBuffer(new Delivered(null, "m", "q", 1, 0, 0, halfOfOne))
                            .toString())
                    .containsOnlyOnce("\"tracestate\":");
        }

        @Test
        void hasNoValueThatAnEventMayNotHave() {
            MessageRecord message = MessageRecord.builder()
                    .key("k")
                    .header("ce-id", "")
                    .header("ce-source", "")
                    .header("ce-type", "")
                    .header("ce-time", "garbage")
                    .header("ce-subject", "")
                    .header("ce-partitionkey", "")
                    .header("ce-dataschema", "no uri")
                    .header("ce-other", "")
                    .build();
            assertThat(written(message).getMap())
                    .containsEntry("id", "m-1")
                    .containsEntry("source", "/v1/queues/emails")
                    .containsEntry("type", "dev.postrider.message")
                    .containsEntry("time", "1970-01-01T00:00:01.000Z")
                    .containsEntry("partitionkey", "k")
                    .containsEntry("other", "")
                    .doesNotContainKeys("subject", "dataschema");
        }

        @ParameterizedTest
        @CsvSource({
            "2026-11-23T10:00:00Z, true",
            "2026-11-23t10:00:00.123456789+01:00, true",
            "2026-11-23T10:00Z, false",
            "2026-11-23T10:00:00, false",
            "2026-11-23T10:00:00+01, false",
            "2026-02-30T10:00:00Z, false",
            "1763892000000, false",
        })
        void hasATimeAsRfc3339HasItOrThatOfItsPublishing(String time, boolean isKept) {
            MessageRecord message = MessageRecord.builder()
                    .header("ce-type", "t")
                    .header("ce-source", "s")
                    .header("ce-time", time)
                    .build();
            assertThat(written(message).getString("time")).isEqualTo(isKept ? time : "1970-01-01T00:00:01.000Z");
        }

        @ParameterizedTest
        @CsvSource({"/shop/eu, true", "urn:a:b, true", "mailto:a@b.example, true", "K%C3%B6ln, true", "a b, false"})
        void hasASourceThatIsAReferenceOrItsQueue(String source, boolean isKept) {
            MessageRecord message = MessageRecord.builder()
                    .header("ce-type", "t")
                    .header("ce-source", source)
                    .build();
            assertThat(written(message).getString("source")).isEqualTo(isKept ? source : "/v1/queues/emails");
            assertThat(written(message).getString("type")).isEqualTo("t");
        }

        @Test
        void saysNothingThatAHeaderOfTheApplicationMakesUp() {
            MessageRecord message = MessageRecord.builder()
                    .header("ce-type", "t")
                    .header("ce-source", "s")
                    .header("ce-postriderreceipt", "forged")
                    .header("ce-data", "forged")
                    .header("ce-datacontenttype", "forged")
                    .header("ce-Odd", "x")
                    .build();
            assertThat(EventJson.toBuffer(new Delivered(null, "m", "q", 1, 0, 0, message))
                            .toString())
                    .doesNotContain("forged")
                    .doesNotContain("Odd");
        }
    }
}
