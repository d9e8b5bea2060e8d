package dev.postrider.broker.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubProtocolTest {
    @Test
    void aClientThatOffersNothingSpeaksJson() {
        assertThat(SubProtocol.choose(List.of())).isEqualTo(SubProtocol.JSON);
        assertThat(SubProtocol.choose(List.of(" , "))).isEqualTo(SubProtocol.JSON);
    }

    @Test
    void jsonIsChosenWhereverItIsOffered() {
        assertThat(SubProtocol.choose(List.of("postrider.v1.json"))).isEqualTo(SubProtocol.JSON);
        assertThat(SubProtocol.choose(List.of("x, postrider.v1.binary ,postrider.v1.json")))
                .isEqualTo(SubProtocol.JSON);
        assertThat(SubProtocol.choose(List.of("x", "postrider.v1.json"))).isEqualTo(SubProtocol.JSON);
    }

    @Test
    void whatIsNotSpokenIsRefused() {
        assertRefused("postrider.v1.binary", ProblemCode.NOT_IMPLEMENTED);
        assertRefused("mqtt", ProblemCode.INVALID_REQUEST);
        assertRefused("postrider.v2.json, POSTRIDER.V1.JSON", ProblemCode.INVALID_REQUEST);
    }

    private static void assertRefused(String header, ProblemCode code) {
        assertThatThrownBy(() -> SubProtocol.choose(List.of(header)))
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
