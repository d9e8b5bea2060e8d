package dev.postrider.broker.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamRequestTest {
    @Test
    void whatIsNotAskedForTakesItsDefault() {
        assertThat(StreamRequest.of("emails", query(""), null))
                .isEqualTo(new StreamRequest("emails", 100, 0, false, MessageFormat.JSON));
    }

    @ParameterizedTest
    @CsvSource({
        "credit=1, 1, 0, false, JSON",
        "credit=10000, 10000, 0, false, JSON",
        "lease=100ms, 100, 100, false, JSON",
        "lease=12h, 100, 43200000, false, JSON",
        "lease=PT30S, 100, 30000, false, JSON",
        "ack=auto, 100, 0, true, JSON",
        "ack=explicit, 100, 0, false, JSON",
        "format=json, 100, 0, false, JSON",
        "format=cloudevents, 100, 0, false, CLOUDEVENTS",
        "ack=auto&lease=1m&credit=7, 7, 60000, true, JSON",
    })
    void eachParameterIsHeard(String query, int credit, long leaseMillis, boolean ackOnWrite, MessageFormat format) {
        assertThat(StreamRequest.of("emails", query(query), "text/event-stream"))
                .isEqualTo(new StreamRequest("emails", credit, leaseMillis, ackOnWrite, format));
    }

    @ParameterizedTest
    @CsvSource({
        "credit=0",
        "credit=",
        "credit=-1",
        "credit=10001",
        "credit=1e3",
        "credit=1.0",
        "credit=１",
        "credit=99999999999999999999",
        "credit=5&credit=5",
        "lease=99ms",
        "lease=13h",
        "lease=30",
        "lease=",
        "ack=",
        "ack=AUTO",
        "ack=none",
        "format=xml",
        "Credit=5",
        "from=now",
        "x=1",
    })
    void anythingElseIsRefused(String query) {
        assertThatThrownBy(() -> StreamRequest.of("emails", query(query), null))
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.INVALID_REQUEST));
    }

    @Test
    void aNameThatIsNoneIsRefused() {
        assertThatThrownBy(() -> StreamRequest.of("a/b", query(""), null)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void aClientThatTakesNoEventStreamIsRefused() {
        assertThatThrownBy(() -> StreamRequest.of("emails", query(""), "application/json"))
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.NOT_ACCEPTABLE));
    }

    private static MultiMap query(String text) {
        MultiMap query = MultiMap.caseInsensitiveMultiMap();
        for (String pair : text.split("&")) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                query.add(parts[0], parts[1]);
            }
        }
        return query;
    }
}
