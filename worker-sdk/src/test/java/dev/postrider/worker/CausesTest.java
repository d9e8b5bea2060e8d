package dev.postrider.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class CausesTest {
    @Test
    void aReasonIsTheClassAndTheText() {
        assertThat(Causes.reason(new IllegalStateException("no"))).isEqualTo("java.lang.IllegalStateException: no");
        assertThat(Causes.reason(new IllegalStateException())).isEqualTo("java.lang.IllegalStateException");
    }

    @Test
    void aReasonHasNoNulWhichDatabasesRefuse() {
        assertThat(Causes.reason(new IllegalStateException("a\0b"))).endsWith("a b");
    }

    @Test
    void aLongReasonIsCutBetweenTwoCharacters() {
        for (int start = 0; start < 4; start++) {
            String cut = Causes.bounded("x".repeat(start) + "😀".repeat(1_000));

            assertThat(cut.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(1_021, Causes.REASON_BYTES_MAX);
            assertThat(cut.substring(start)).matches("(😀)+");
        }
    }

    @Test
    void theWrappingsOfAsynchronousCallsAreTakenOff() {
        IllegalStateException cause = new IllegalStateException("no");

        assertThat(Causes.unwrapped(new CompletionException(new CompletionException(cause))))
                .isSameAs(cause);
    }
}
