package dev.postrider.broker.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptanceTest {
    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                " ",
                "text/event-stream",
                "TEXT/Event-Stream",
                "text/event-stream;charset=utf-8",
                "text/event-stream; q=0.1",
                "application/json, text/event-stream",
                "text/*",
                "*/*",
                "*",
                "application/json, */*;q=0.1",
                "*/*;q=0, text/event-stream",
                "text/event-stream, */*;q=0",
            })
    void anEventStreamIsAllowed(String accept) {
        assertThat(Acceptance.allowsEventStream(accept)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "text/plain",
                "text/event-streams",
                "text/event-stream;q=0",
                "text/event-stream; q=0.000",
                "text/event-stream;q=0, */*",
                "text/*;q=0, */*",
                "*/*;q=0",
                ",",
                ";q=1",
            })
    void nothingThatCouldBeAnEventStreamIsAllowed(String accept) {
        assertThat(Acceptance.allowsEventStream(accept)).isFalse();
    }
}
