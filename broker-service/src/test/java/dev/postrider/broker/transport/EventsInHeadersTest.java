package dev.postrider.broker.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.MultiMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The binary mode of CloudEvents. */
class EventsInHeadersTest {
    private final MessageParser parser = new MessageParser(1_000);

    private MessageRecord parse(String... more) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        headers.add("Content-Type", "application/json");
        headers.add("CE-SpecVersion", "1.0");
        headers.add("ce-id", "1");
        headers.add("ce-source", "/shop");
        headers.add("ce-type", "order.created");
        for (int i = 0; i < more.length; i += 2) {
            headers.set(more[i], more[i + 1]);
        }
        return parser.parseHeaders(headers).build();
    }

    @Test
    void becomeAMessageWithTheEventsIdAndItsAttributesAsHeaders() {
        MessageRecord message = parse("ce-subject", "7", "ce-comexampleext", "x");

        assertThat(message.id()).isEqualTo("1");
        assertThat(message.deduplicationKey()).isEqualTo("/shop 1");
        assertThat(message.contentType()).isEqualTo("application/json");
        assertThat(message.headers())
                .isEqualTo(Map.of(
                        "ce-specversion", "1.0",
                        "ce-source", "/shop",
                        "ce-type", "order.created",
                        "ce-subject", "7",
                        "ce-comexampleext", "x"));
    }

    @Test
    void comeAfterWhatTheProducerSaysOfTheMessage() {
        MessageRecord message = parse("Postrider-Id", "mine", "Postrider-Key", "k", "ce-partitionkey", "p");
        assertThat(message.id()).isEqualTo("mine");
        assertThat(message.deduplicationKey()).isNull();
        assertThat(message.key()).isEqualTo("k");
        assertThat(message.headers()).containsEntry("ce-id", "1").containsEntry("ce-partitionkey", "p");

        assertThat(parse("ce-partitionkey", "p").key()).isEqualTo("p");
        assertThat(parse("Idempotency-Key", "i").deduplicationKey()).isEqualTo("i");
    }

    @Test
    void withAnIdThatNoMessageMayHaveKeepIt() {
        MessageRecord message = parse("ce-id", "an id with spaces " + "x".repeat(300));
        assertThat(message.id()).isNull();
        assertThat(message.headers().get("ce-id")).startsWith("an id with spaces");
        assertThat(message.deduplicationKey()).matches("sha-256 [0-9a-f]{64}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {"Euro%20%E2%82%AC%20%F0%9F%98%80|Euro € 😀", "\"a \\\"b\\\"\"|a \"b\"", "100%|100%", "%zz%4|%zz%4"
            })
    void areDecodedAsTheBindingSays(String sent, String meant) {
        assertThat(parse("ce-subject", sent).headers()).containsEntry("ce-subject", meant);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "ce-specversion,0.3,'specversion' must be 1.0",
                "ce-specversion,,must not be empty",
                "ce-source,,must not be empty",
                "ce-time,yesterday,'time' must be an instant",
                "ce-sub-ject,x,lower-case letters and digits",
                "ce-subject,%ff,percent-encoded UTF-8",
            })
    void areRefusedIfTheyAreNotAsTheyMustBe(String name, String value, String told) {
        assertThatThrownBy(() -> parse(name, value == null ? "" : value))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(told);
    }

    @Test
    void areRefusedIfOneIsMissing() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("ce-id", "1").add("ce-specversion", "1.0");
        assertThatThrownBy(() -> parser.parseHeaders(headers)).hasMessage("The event's 'source' is missing");
    }

    @Test
    void areIgnoredBesideAStructuredEvent() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .add("ce-id", "1")
                .add("Postrider-Key", "k")
                .add("Content-Type", "application/cloudevents+json; charset=UTF-8");
        MessageRecord.Builder properties = parser.parseHeaders(headers);
        MessageRecord message = parser.parseBody(
                headers.get("Content-Type"),
                properties,
                "{\"specversion\":\"1.0\",\"id\":\"2\",\"source\":\"s\",\"type\":\"t\",\"data\":1}"
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(message.id()).isEqualTo("2");
        assertThat(message.key()).isEqualTo("k");
    }
}
