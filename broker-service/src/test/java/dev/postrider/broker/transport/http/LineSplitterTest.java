package dev.postrider.broker.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineSplitterTest {
    private final List<String> lines = new ArrayList<>();
    private final LineSplitter splitter =
            new LineSplitter(8, line -> lines.add(new String(line, StandardCharsets.UTF_8)));

    @Test
    void linesAreTheSameHoweverTheStreamIsCut() {
        byte[] stream = "ab\n\r\ncdé\n  \nf".getBytes(StandardCharsets.UTF_8);
        for (int cut = 1; cut <= stream.length; cut++) {
            lines.clear();
            for (int at = 0; at < stream.length; at += cut) {
                splitter.take(
                        Buffer.buffer(java.util.Arrays.copyOfRange(stream, at, Math.min(stream.length, at + cut))));
            }
            splitter.end();
            assertThat(lines).containsExactly("ab", "cdé", "f");
        }
    }

    @Test
    void whatIsBegunIsHeld() {
        splitter.take(Buffer.buffer("ab\ncde"));
        assertThat(splitter.held()).isEqualTo(3);
        splitter.end();
        assertThat(splitter.held()).isZero();
    }

    @Test
    void aLineThatIsTooLongIsRefusedBeforeItsEnd() {
        splitter.take(Buffer.buffer("12345678"));
        assertThatThrownBy(() -> splitter.take(Buffer.buffer("9")))
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.MESSAGE_TOO_LARGE));
    }
}
