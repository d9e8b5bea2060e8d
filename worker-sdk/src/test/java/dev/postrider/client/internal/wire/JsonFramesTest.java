package dev.postrider.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postrider.client.OutgoingMessage;
import dev.postrider.client.PostriderException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class JsonFramesTest {
    @Nested
    class Written {
        @Test
        void framesAreWhatTheApiSays() {
            assertThat(JsonFrames.subscribe(1, "emails", 100, Duration.ofSeconds(30)))
                    .isEqualTo("{\"type\":\"subscribe\",\"id\":\"1\",\"queue\":\"emails\","
                            + "\"credit\":100,\"lease\":\"30s\"}");
            assertThat(JsonFrames.credit(1, 50)).isEqualTo("{\"type\":\"credit\",\"id\":\"1\",\"add\":50}");
            assertThat(JsonFrames.unsubscribe(1)).isEqualTo("{\"type\":\"unsubscribe\",\"id\":\"1\"}");
            assertThat(JsonFrames.settle(2, SettleCommand.nack(Duration.ofSeconds(5), "no \"way\""), List.of("a", "b")))
                    .isEqualTo("{\"type\":\"nack\",\"id\":\"2\",\"receipts\":[\"a\",\"b\"],\"delay\":\"5s\","
                            + "\"reason\":\"no \\\"way\\\"\"}");
            assertThat(JsonFrames.settle(3, SettleCommand.extend(Duration.ofMinutes(1)), List.of("a")))
                    .isEqualTo("{\"type\":\"extend\",\"id\":\"3\",\"receipts\":[\"a\"],\"lease\":\"1m\"}");
            assertThat(JsonFrames.settle(4, SettleCommand.deadLetter(null), List.of("a")))
                    .isEqualTo("{\"type\":\"deadLetter\",\"id\":\"4\",\"receipts\":[\"a\"]}");
        }

        @Test
        void aMessageHasWhatWasSetAndNothingElse() throws IOException {
            OutgoingMessage message = OutgoingMessage.json(Map.of("a", 1))
                    .withKey("k")
                    .withPriority(9)
                    .withDelay(Duration.ofSeconds(10))
                    .withTtl(Duration.ofHours(2))
                    .withHeader("h", "v");

            assertThat(new ObjectMapper().readTree(JsonMessageEncoder.encode(message, "d")))
                    .isEqualTo(new ObjectMapper()
                            .readTree("{\"body\":{\"a\":1},\"contentType\":\"application/json\",\"key\":\"k\","
                                    + "\"deduplicationKey\":\"d\",\"priority\":9,\"delay\":\"10s\",\"ttl\":\"2h\","
                                    + "\"headers\":{\"h\":\"v\"}}"));
        }

        @Test
        void aMessageKeepsItsOwnDeduplicationKey() {
            OutgoingMessage message = OutgoingMessage.text("ü").withDeduplicationKey("mine");

            assertThat(new String(JsonMessageEncoder.encode(message, "other"), StandardCharsets.UTF_8))
                    .isEqualTo("{\"text\":\"ü\",\"contentType\":\"text/plain; charset=utf-8\","
                            + "\"deduplicationKey\":\"mine\"}");
        }

        @Test
        void laterIsAnInstantOrADelayButNeverBoth() {
            Instant at = Instant.parse("2026-01-01T00:00:00Z");
            OutgoingMessage message =
                    OutgoingMessage.text("a").withDelay(Duration.ofSeconds(1)).withDeliverAt(at);

            assertThat(new String(JsonMessageEncoder.encode(message, null), StandardCharsets.UTF_8))
                    .contains("\"deliverAt\":\"2026-01-01T00:00:00Z\"")
                    .doesNotContain("delay");
        }
    }

    @Nested
    class Read {
        private final Heard heard = new Heard();

        @Test
        void theBodyIsCutOutAsItStandsThere() throws IOException {
            String body = "{ \"b\":1.10, \"a\": [12345678901234567890, \"\\u00fc}\"] }";
            JsonFrameReader.read(
                    "{\"subscription\":\"7\",\"body\" : " + body + " ,\"type\":\"message\",\"id\":\"x\"}", heard);

            assertThat(heard.messages).singleElement().satisfies(message -> {
                assertThat(message.text()).isEqualTo(body);
                assertThat(message.id()).isEqualTo("x");
            });
            assertThat(heard.ids).containsExactly(7L);
        }

        @Test
        void aBodyMayBeAnyJsonValue() throws IOException {
            for (String body : List.of("null", "true", "-1.5e3", "\"a\\\"b\"", "[]", "{}", "0")) {
                JsonFrameReader.read("{\"type\":\"message\",\"subscription\":\"1\",\"body\":" + body + "}", heard);
                JsonFrameReader.read(
                        "{\"type\":\"message\",\"subscription\":\"1\",\"body\":" + body + ",\"id\":\"1\"}", heard);
                assertThat(heard.messages.get(heard.messages.size() - 1).text()).isEqualTo(body);
                assertThat(heard.messages.get(heard.messages.size() - 2).text()).isEqualTo(body);
            }
        }

        @Test
        void aLongBodyIsCutOutAsWell() throws IOException {
            String body = "[\"" + "ü\\n".repeat(50_000) + "\",1]";
            JsonFrameReader.read("{\"type\":\"message\",\"subscription\":\"1\",\"body\":" + body + "}", heard);

            assertThat(heard.messages.get(0).text()).isEqualTo(body);
        }

        @Test
        void answersFindTheirQuestion() throws IOException {
            JsonFrameReader.read("{\"type\":\"published\",\"id\":\"4\",\"ids\":[\"a\",\"b\"]}", heard);
            JsonFrameReader.read(
                    "{\"type\":\"settled\",\"id\":\"5\",\"settled\":1,\"failed\":"
                            + "[{\"receipt\":\"r\",\"code\":\"receipt-expired\"}]}",
                    heard);
            JsonFrameReader.read(
                    "{\"type\":\"error\",\"id\":\"6\",\"problem\":{\"status\":429,\"code\":\"queue-full\"}}", heard);

            assertThat(heard.ids).containsExactly(4L, 5L, 6L);
            assertThat(heard.published).containsExactly("a", "b");
            JsonMessage message = new JsonMessage();
            message.receipt = "r";
            assertThat(heard.failed.codeOf(0, message)).isEqualTo("receipt-expired");
            message.receipt = "another";
            assertThat(heard.failed.codeOf(1, message)).isNull();
            assertThat(heard.problem.code()).isEqualTo("queue-full");
            assertThat(heard.problem.status()).isEqualTo(429);
        }

        @Test
        void whatANewerBrokerAddsIsPassedOver() throws IOException {
            JsonFrameReader.read("{\"type\":\"news\",\"id\":\"4\",\"what\":{\"is\":[\"this\"]}}", heard);
            JsonFrameReader.read(
                    "{\"type\":\"published\",\"at\":{\"a\":1},\"id\":\"4\",\"ids\":[\"a\"],\"x\":[1]}", heard);

            assertThat(heard.ids).containsExactly(4L);
        }
    }

    /** Notes what a reader tells. */
    private static final class Heard implements LinkListener {
        final List<Long> ids = new ArrayList<>();
        final List<WireMessage> messages = new ArrayList<>();
        List<String> published;
        SettleFailures failed;
        PostriderException problem;

        @Override
        public void onPublished(long id, List<String> stored) {
            ids.add(id);
            published = stored;
        }

        @Override
        public void onMessages(long subscription, List<WireMessage> delivered) {
            ids.add(subscription);
            messages.addAll(delivered);
        }

        @Override
        public void onSettled(long id, SettleFailures notSettled) {
            ids.add(id);
            failed = notSettled;
        }

        @Override
        public void onRefused(long id, PostriderException refusal) {
            ids.add(id);
            problem = refusal;
        }

        @Override
        public void onSignOfLife() {}

        @Override
        public void onWritable() {}

        @Override
        public void onClosed(int status, String reason) {}
    }
}
