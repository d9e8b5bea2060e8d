package dev.postrider.broker.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.codec.RecordBatchWriter;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageParserTest {
    private final MessageParser parser = new MessageParser(100);

    @Nested
    class Json {
        @Test
        void hasEveryProperty() {
            MessageRecord message = parse(
                    """
                    {"text":"ü","contentType":"text/html","id":"a-1","key":"k","priority":9,"delay":"PT1M",
                     "ttl":"1d","headers":{"a":"b","Ä":null}}"""
                            .replace(",\"Ä\":null", ""));

            assertThat(message.body()).isEqualTo("ü".getBytes(StandardCharsets.UTF_8));
            assertThat(message.contentType()).isEqualTo("text/html");
            assertThat(message.id()).isEqualTo("a-1");
            assertThat(message.key()).isEqualTo("k");
            assertThat(message.priority()).isEqualTo(9);
            assertThat(message.delayMillis()).isEqualTo(60_000);
            assertThat(message.ttlMillis()).isEqualTo(86_400_000);
            assertThat(message.headers()).containsExactly(java.util.Map.entry("a", "b"));
            assertThat(message.deduplicationKey()).isNull();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{\"body\":{\"n\":1.10, \"m\":1}}|{\"n\":1.10, \"m\":1}|application/json",
                    "{\"body\":null}|null|application/json",
                    "{\"text\":\"x\"}|x|text/plain; charset=utf-8",
                    "{\"base64\":\"YQ==\"}|a|application/octet-stream"
                })
        void keepsTheBodyAsItWasWritten(String document, String body, String contentType) {
            MessageRecord message = parse(document);
            assertThat(new String(message.body(), StandardCharsets.UTF_8)).isEqualTo(body);
            assertThat(message.contentType()).isEqualTo(contentType);
        }

        @Test
        void takesNullForAPropertyThatIsNotThere() {
            MessageRecord message = parse("{\"body\":1,\"id\":null,\"key\":null,\"ttl\":null,\"headers\":null,"
                    + "\"delay\":null,\"deliverAt\":\"1970-01-01T00:00:01Z\"}");
            assertThat(message.id()).isNull();
            assertThat(message.deliverAtMillis()).isEqualTo(1_000);
            assertThat(message.delayMillis()).isEqualTo(MessageRecord.NONE);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{}",
                    "{\"body\":1,\"text\":\"a\"}",
                    "{\"text\":\"a\",\"base64\":\"\"}",
                    "{\"text\":1}",
                    "{\"text\":null}",
                    "{\"base64\":\"a-_=\"}",
                    "{\"base64\":\"abc\\n\"}",
                    "{\"body\":1,\"id\":\"\"}",
                    "{\"body\":1,\"id\":\"a b\"}",
                    "{\"body\":1,\"id\":7}",
                    "{\"body\":1,\"key\":\"\"}",
                    "{\"body\":1,\"key\":\"\\u0000\"}",
                    "{\"body\":1,\"priority\":10}",
                    "{\"body\":1,\"priority\":-1}",
                    "{\"body\":1,\"priority\":\"1\"}",
                    "{\"body\":1,\"delay\":\"soon\"}",
                    "{\"body\":1,\"delay\":\"-1s\"}",
                    "{\"body\":1,\"delay\":\"1s\",\"deliverAt\":\"2026-01-01T00:00:00Z\"}",
                    "{\"body\":1,\"deliverAt\":\"2026-01-01\"}",
                    "{\"body\":1,\"ttl\":\"0s\"}",
                    "{\"body\":1,\"contentType\":\"json\"}",
                    "{\"body\":1,\"contentType\":\"text/plain\\r\\nX: y\"}",
                    "{\"body\":1,\"headers\":[]}",
                    "{\"body\":1,\"headers\":{\"a\":1}}",
                    "{\"body\":1,\"headers\":{\"\":\"1\"}}",
                    "{\"body\":1,\"headers\":{\"a b\":\"1\"}}",
                    "{\"body\":1,\"headers\":{\"a\":\"1\",\"a\":\"2\"}}",
                    "{\"body\":1,\"headers\":{\"a\":\"\\u0000\"}}",
                    "{\"body\":1,\"deduplicationKey\":\"\"}",
                    "{\"body\":1,\"receipt\":\"x\"}",
                    "{\"body\":1} x",
                    "[]",
                    "7"
                })
        void isRefusedWhenItIsNotAMessage(String document) {
            assertRefused(ProblemCode.INVALID_REQUEST, () -> parse(document));
        }

        @Test
        void isRefusedWhenItsPartsAreTooBig() {
            String big = "x".repeat(257);
            assertRefused(ProblemCode.INVALID_REQUEST, () -> parse("{\"body\":1,\"key\":\"" + big + "\"}"));
            assertRefused(
                    ProblemCode.INVALID_REQUEST, () -> parse("{\"body\":1,\"deduplicationKey\":\"" + big + "\"}"));
            assertRefused(
                    ProblemCode.INVALID_REQUEST,
                    () -> parse("{\"body\":1,\"headers\":{\"a\":\"" + "x".repeat(16 * 1024) + "\"}}"));
            assertRefused(ProblemCode.MESSAGE_TOO_LARGE, () -> parse("{\"text\":\"" + "x".repeat(101) + "\"}"));
            assertThat(parse("{\"text\":\"" + "x".repeat(100) + "\"}").body()).hasSize(100);
        }

        private MessageRecord parse(String document) {
            return parser.parse(document.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Nested
    class JsonBatch {
        @Test
        void keepsTheOrder() {
            List<MessageRecord> messages = parse("{\"messages\":[{\"text\":\"a\"}, {\"body\" : 2 }]}");
            assertThat(messages)
                    .extracting(message -> new String(message.body(), StandardCharsets.UTF_8))
                    .containsExactly("a", "2");
        }

        @Test
        void saysWhichMessageIsBad() {
            assertThatThrownBy(() -> parse("{\"messages\":[{\"body\":1},{\"body\":1,\"priority\":11}]}"))
                    .hasMessage("messages[1]: 'priority' must be a whole number from 0 to 9");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{}",
                    "{\"messages\":[]}",
                    "{\"messages\":{}}",
                    "{\"messages\":[1]}",
                    "{\"messages\":[{\"body\":1}],\"x\":1}",
                    "[{\"body\":1}]"
                })
        void isRefusedWhenItIsNone(String document) {
            assertRefused(ProblemCode.INVALID_REQUEST, () -> parse(document));
        }

        @Test
        void isRefusedAboveTenThousandMessages() {
            String most = "{\"text\":\"\"},".repeat(9_999) + "{\"text\":\"\"}";
            assertThat(parse("{\"messages\":[" + most + "]}")).hasSize(10_000);
            assertRefused(ProblemCode.INVALID_REQUEST, () -> parse("{\"messages\":[{\"text\":\"\"}," + most + "]}"));
        }

        private List<MessageRecord> parse(String document) {
            return parser.parseBatch(document.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Nested
    class Records {
        @Test
        void areTakenAsTheyAre() {
            MessageRecord record = MessageRecord.builder()
                    .id("a")
                    .header("n", "v")
                    .ttlMillis(5)
                    .body(new byte[] {1, 2})
                    .build();
            MessageRecord read = parser.parseRecords(batch(record)).get(0);
            assertThat(read.id()).isEqualTo("a");
            assertThat(read.body()).containsExactly(1, 2);
        }

        @Test
        void areHeldToTheBoundsOfMessages() {
            List<MessageRecord> bad = List.of(
                    MessageRecord.builder().attempts(1).build(),
                    MessageRecord.builder().publishedAtMillis(1).build(),
                    MessageRecord.builder().topic("t").build(),
                    MessageRecord.builder().id("a b").build(),
                    MessageRecord.builder().key("").build(),
                    MessageRecord.builder().header("a b", "").build(),
                    MessageRecord.builder().contentType("x").build(),
                    MessageRecord.builder().ttlMillis(0).build(),
                    MessageRecord.builder().delayMillis(Long.MAX_VALUE).build(),
                    MessageRecord.builder().delayMillis(1).deliverAtMillis(1).build());
            for (MessageRecord record : bad) {
                assertRefused(ProblemCode.INVALID_REQUEST, () -> parser.parseRecords(batch(record)));
            }
        }

        @Test
        void areRefusedWhenTheyAreNoBatch() {
            byte[] good = batch(MessageRecord.builder().build());
            byte[] altered = good.clone();
            altered[altered.length - 1] ^= 1;
            for (byte[] bad : List.of(new byte[0], new byte[] {1}, altered)) {
                assertRefused(ProblemCode.INVALID_REQUEST, () -> parser.parseRecords(bad));
            }
        }

        private byte[] batch(MessageRecord record) {
            RecordBatchWriter writer = new RecordBatchWriter();
            writer.append(record);
            return writer.finish();
        }
    }

    @Nested
    class Headers {
        @Test
        void haveEveryProperty() {
            MessageRecord message = parse(
                    "content-type", "application/json",
                    "POSTRIDER-ID", "a-1",
                    "Postrider-Key", latin1("schlüssel"),
                    "Postrider-Priority", "9",
                    "Postrider-Delay", "5s",
                    "Postrider-Ttl", "7d",
                    "Idempotency-Key", "once",
                    "Postrider-Header-Tenant", latin1("Zürich"),
                    "Postrider-Header-empty", "",
                    "traceparent", "00-x-y-01",
                    "User-Agent", "test");

            assertThat(message.contentType()).isEqualTo("application/json");
            assertThat(message.id()).isEqualTo("a-1");
            assertThat(message.key()).isEqualTo("schlüssel");
            assertThat(message.priority()).isEqualTo(9);
            assertThat(message.delayMillis()).isEqualTo(5_000);
            assertThat(message.ttlMillis()).isEqualTo(604_800_000);
            assertThat(message.deduplicationKey()).isEqualTo("once");
            assertThat(message.headers())
                    .containsOnly(
                            java.util.Map.entry("Tenant", "Zürich"),
                            java.util.Map.entry("empty", ""),
                            java.util.Map.entry("traceparent", "00-x-y-01"));
        }

        @Test
        void mayBeNone() {
            MessageRecord message = parse();
            assertThat(message.contentType()).isEqualTo("application/octet-stream");
            assertThat(message.headers()).isEmpty();
        }

        @Test
        void ofATraceKeepTheFirstParentAndTheWholeState() {
            MessageRecord message = parse(
                    "traceparent", "00-x-y-01", "traceparent", "00-v-w-01", "tracestate", "a=1", "tracestate", "b=2");
            assertThat(message.headers())
                    .containsOnly(
                            java.util.Map.entry("traceparent", "00-x-y-01"),
                            java.util.Map.entry("tracestate", "a=1,b=2"));
        }

        @Test
        void ofATraceGiveWayToThoseOfTheApplication() {
            MessageRecord message = parse("traceparent", "client", "Postrider-Header-Traceparent", "application");
            assertThat(message.headers()).containsOnly(java.util.Map.entry("Traceparent", "application"));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                nullValues = "-",
                value = {
                    "Postrider-Id|''",
                    "Postrider-Id|a b",
                    "Postrider-Key|''",
                    "Postrider-Priority|10",
                    "Postrider-Priority|-1",
                    "Postrider-Priority|1.0",
                    "Postrider-Priority|''",
                    "Postrider-Delay|5",
                    "Postrider-Delay|-5s",
                    "Postrider-Delay|20000d",
                    "Postrider-Deliver-At|tomorrow",
                    "Postrider-Ttl|0s",
                    "Postrider-Prority|1",
                    "Postrider-Header-|x",
                    "Idempotency-Key|''",
                    "Content-Type|text",
                    "Postrider-Key|\u00ff\u00fe"
                })
        void thatAreWrongAreRefused(String name, String value) {
            assertRefused(ProblemCode.INVALID_REQUEST, () -> parse(name, value));
        }

        @Test
        void thatContradictEachOtherAreRefused() {
            assertRefused(
                    ProblemCode.INVALID_REQUEST,
                    () -> parse("Postrider-Delay", "1s", "Postrider-Deliver-At", "2026-01-01T00:00:00Z"));
            assertRefused(ProblemCode.INVALID_REQUEST, () -> parse("Postrider-Id", "a", "postrider-id", "b"));
            assertRefused(
                    ProblemCode.INVALID_REQUEST, () -> parse("Postrider-Header-a", "1", "Postrider-Header-A", "2"));
        }

        @Test
        void thatAreTooManyOrTooBigAreRefused() {
            MultiMap many = MultiMap.caseInsensitiveMultiMap();
            for (int i = 0; i <= 64; i++) {
                many.add("Postrider-Header-h" + i, "v");
            }
            assertRefused(ProblemCode.INVALID_REQUEST, () -> parser.parseHeaders(many));
            assertRefused(ProblemCode.INVALID_REQUEST, () -> parse("Postrider-Header-h", "v".repeat(16 * 1024)));
            assertRefused(ProblemCode.INVALID_REQUEST, () -> parse("Postrider-Header-" + "h".repeat(129), "v"));
        }

        @ParameterizedTest
        @CsvSource({"application/cloudevents-batch+json", "application/cloudevents+xml"})
        void ofEventsInOtherFormsAreRefused(String contentType) {
            assertRefused(ProblemCode.UNSUPPORTED_MEDIA_TYPE, () -> parse("Content-Type", contentType));
        }

        private MessageRecord parse(String... namesAndValues) {
            MultiMap headers = MultiMap.caseInsensitiveMultiMap();
            for (int i = 0; i < namesAndValues.length; i += 2) {
                headers.add(namesAndValues[i], namesAndValues[i + 1]);
            }
            return parser.parseHeaders(headers).build();
        }

        /** What an HTTP server makes of UTF-8. */
        private String latin1(String text) {
            return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        }
    }

    private static void assertRefused(ProblemCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(type(ProtocolException.class))
                .extracting(ProtocolException::code)
                .isEqualTo(code);
    }
}
