package dev.postrider.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class BrokerChoiceTest {
    private static final Endpoint A = new Endpoint(URI.create("http://a"), null);
    private static final Endpoint B = new Endpoint(URI.create("http://b"), null);

    @Test
    void theNextFollowsOneThatFailedAndTheFirstFollowsTheLast() {
        BrokerChoice choice = new BrokerChoice(List.of(A, B));
        assertThat(choice.current()).isEqualTo(A);
        choice.moveFrom(A);
        assertThat(choice.current()).isEqualTo(B);
        choice.moveFrom(B);
        assertThat(choice.current()).isEqualTo(A);
    }

    @Test
    void twoWhoSawTheSameFailureMoveItOnce() {
        BrokerChoice choice = new BrokerChoice(List.of(A, B));
        choice.moveFrom(A);
        choice.moveFrom(A);
        assertThat(choice.current()).isEqualTo(B);
    }

    @Test
    void onlyOneStaysItself() {
        BrokerChoice choice = new BrokerChoice(List.of(A));
        choice.moveFrom(A);
        assertThat(choice.current()).isEqualTo(A);
    }

    @Test
    void noneIsRefused() {
        assertThatThrownBy(() -> new BrokerChoice(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
