package dev.postrider.broker.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.dispatch.Delivered;
import dev.postrider.protocol.Receipt;
import dev.postrider.protocol.record.MessageRecord;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageJsonTest {
    private static final Receipt RECEIPT = new Receipt(1, 2, 3, 4, 5);

    @Test
    void aMessageHasTheShapeOfTheContract() {
        MessageRecord record = MessageRecord.builder()
                .contentType("application/json")
                .header("a", "b")
                .body(bytes("{\"to\":\"ada@example.com\"}"))
                .build();

        assertThat(MessageJson.toBuffer(new Delivered(RECEIPT, "id-1", "emails", 1, 1_000, 0, record))
                        .toString())
                .isEqualTo("{\"receipt\":\"" + RECEIPT.toText() + "\",\"id\":\"id-1\",\"queue\":\"emails\","
                        + "\"topic\":null,\"key\":null,\"priority\":0,\"attempt\":1,"
                        + "\"publishedAt\":\"1970-01-01T00:00:01.000Z\",\"expiresAt\":null,"
                        + "\"contentType\":\"application/json\",\"headers\":{\"a\":\"b\"},"
                        + "\"body\":{\"to\":\"ada@example.com\"}}");
    }

    @Test
    void aPeekedMessageHasNoReceipt() {
        MessageRecord record = MessageRecord.builder().key("k").priority(3).build();
        assertThat(MessageJson.toBuffer(new Delivered(null, "i", "q", 2, 0, 1_500, record))
                        .toString())
                .startsWith("{\"id\":\"i\"")
                .contains("\"key\":\"k\",\"priority\":3,\"attempt\":2,\"publishedAt\":\"1970-01-01T00:00:00.000Z\","
                        + "\"expiresAt\":\"1970-01-01T00:00:01.500Z\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json|{\"a\": 1.10}|\"body\":{\"a\": 1.10}",
                "application/json|1e400|\"body\":1e400",
                "Application/JSON; charset=utf-8|null|\"body\":null",
                "application/vnd.x+json|[]|\"body\":[]",
                "application/json|{\"a\":|\"text\":\"{\\\"a\\\":\"",
                "application/json|1 2|\"text\":\"1 2\"",
                "application/json|''|\"text\":\"\"",
                "application/json|{\"\\ud83d\\ude00\":1}|\"body\":{\"\\ud83d\\ude00\":1}",
                "application/json|\"\\ud800\"|\"text\":\"\\\"\\\\ud800\\\"\"",
                "application/json|{\"\\ude00\":1}|\"text\":\"{\\\"\\\\ude00\\\":1}\"",
                "text/plain|{}|\"text\":\"{}\"",
                "application/octet-stream|ü|\"text\":\"ü\""
            })
    void thePayloadIsGivenInItsPlainestForm(String contentType, String payload, String member) {
        assertThat(render(contentType, bytes(payload))).endsWith("," + member + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/plain"})
    void whatIsNotUtf8IsGivenInBase64(String contentType) {
        assertThat(render(contentType, new byte[] {'"', (byte) 0xff, '"'})).endsWith(",\"base64\":\"Iv8i\"}");
    }

    @Test
    void jsonBehindAByteOrderMarkIsGivenAsText() {
        assertThat(render("application/json", bytes("\ufeff{\"a\":1}"))).endsWith(",\"text\":\"\ufeff{\\\"a\\\":1}\"}");
    }

    @ParameterizedTest
    @CsvSource({"UTF-16BE,00220061", "UTF-16LE,22006100", "UTF-32BE,0000002200000061", "UTF-32LE,2200000061000000"})
    void jsonInAnotherEncodingIsGivenAsText(String charset, String beginning) {
        byte[] body = "\"a\"".getBytes(Charset.forName(charset));
        assertThat(HexFormat.of().formatHex(body)).startsWith(beginning);
        assertThat(render("application/json", body))
                .contains(",\"text\":\"")
                .contains("\\u0000")
                .doesNotContain("\0");
    }

    @Test
    void jsonOverSeveralLinesBecomesOne() {
        assertThat(render("application/json", bytes("{\r\n \"a\" :\n \"\\n\" }")))
                .endsWith("\"body\":{   \"a\" :  \"\\n\" }}")
                .doesNotContain("\n");
    }

    @Test
    void textOverSeveralLinesStaysOnOne() {
        assertThat(render("text/plain", bytes("a\nb"))).doesNotContain("\n").endsWith("\"text\":\"a\\nb\"}");
    }

    private static String render(String contentType, byte[] body) {
        MessageRecord record =
                MessageRecord.builder().contentType(contentType).body(body).build();
        return MessageJson.toBuffer(new Delivered(RECEIPT, "id", "q", 1, 0, 0, record))
                .toString(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
