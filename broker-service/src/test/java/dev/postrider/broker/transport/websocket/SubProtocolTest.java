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
    void theFirstThatIsSpokenIsChosen() {
        assertThat(SubProtocol.choose(List.of("postrider.v1.json"))).isEqualTo(SubProtocol.JSON);
        assertThat(SubProtocol.choose(List.of("postrider.v1.binary"))).isEqualTo(SubProtocol.BINARY);
        assertThat(SubProtocol.choose(List.of("x, postrider.v1.binary ,postrider.v1.json")))
                .isEqualTo(SubProtocol.BINARY);
        assertThat(SubProtocol.choose(List.of("x", "postrider.v1.json", "postrider.v1.binary")))
                .isEqualTo(SubProtocol.JSON);
    }

    @Test
    void whatIsNotSpokenIsRefused() {
        assertRefused("mqtt");
        assertRefused("postrider.v2.json, POSTRIDER.V1.JSON");
    }

    private static void assertRefused(String header) {
        assertThatThrownBy(() -> SubProtocol.choose(List.of(header)))
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.INVALID_REQUEST));
    }
}
