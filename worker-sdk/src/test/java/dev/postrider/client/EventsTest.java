package dev.postrider.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.protocol.ProtocolException;
import dev.postrider.testbroker.InMemoryBroker;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that are CloudEvents. */
class EventsTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final InMemoryBroker broker = InMemoryBroker.started();

    @BeforeEach
    void createQueue() {
        broker.createQueue("work");
    }

    @AfterEach
    void close() {
        broker.close();
    }

    private static <T> T get(Uni<T> uni) {
        return uni.await().atMost(LONG);
    }

    @ParameterizedTest
    @EnumSource(WireProtocol.class)
    void anEventIsReceivedWithItsAttributes(WireProtocol protocol) {
        try (PostriderClient client = PostriderClient.builder()
                .url(broker.url())
                .wireProtocol(protocol)
                .build()) {
            get(client.publish(
                    "work",
                    OutgoingMessage.json(Map.of("total", 7))
                            .withId("order-1")
                            .withEvent("order.created", "/shop")
                            .withEventAttribute("subject", "7")));
            get(client.publish("work", OutgoingMessage.text("none")));

            ReceivedMessage event = get(client.receive("work", 1, LONG, null)).get(0);
            ReceivedMessage none = get(client.receive("work", 1, LONG, null)).get(0);

            assertThat(event.isEvent()).isTrue();
            assertThat(event.eventAttribute("id")).isEqualTo("order-1");
            assertThat(event.eventAttribute("specversion")).isEqualTo("1.0");
            assertThat(event.eventAttribute("type")).isEqualTo("order.created");
            assertThat(event.eventAttribute("source")).isEqualTo("/shop");
            assertThat(event.eventAttribute("subject")).isEqualTo("7");
            assertThat(event.eventAttribute("datacontenttype")).isEqualTo("application/json");
            assertThat(event.eventAttribute("time")).isNull();
            assertThat(none.isEvent()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "datacontenttype", "data", "Subject", "with-dash", ""})
    void whatIsNoAttributeIsRefused(String name) {
        OutgoingMessage event = OutgoingMessage.text("a").withEvent("t", "s");
        assertThatThrownBy(() -> event.withEventAttribute(name, "x")).isInstanceOf(ProtocolException.class);
    }
}
