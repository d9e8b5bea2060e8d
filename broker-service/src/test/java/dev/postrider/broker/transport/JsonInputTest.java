package dev.postrider.broker.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.protocol.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonInputTest {
    @Nested
    class Documents {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    " ",
                    "{",
                    "{\"a\"}",
                    "{\"a\":1",
                    "{\"a\":1}}",
                    "{\"a\":1}x",
                    "{\"a\":1}{}",
                    "{\"a\":1,}",
                    "{'a':1}",
                    "{a:1}",
                    "{\"a\":01}",
                    "{\"a\":NaN}",
                    "{\"a\":tru}",
                    "{\"a\":\"\n\"}",
                    "{\"a\":\"\\x\"}",
                    "/* */{\"a\":1}",
                    "[]",
                    "null",
                    "1",
                    "\ufeff{\"a\":1}"
                })
        void thatAreNotOneObjectAreRefused(String document) {
            assertThatThrownBy(() -> readAnything(bytes(document))).isInstanceOf(ProtocolException.class);
        }

        @Test
        void inAnotherEncodingAreRefused() {
            for (var charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
                assertThatThrownBy(() -> readAnything("{\"a\":1}".getBytes(charset)))
                        .isInstanceOf(ProtocolException.class);
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"ff", "c3", "c0af", "eda080", "f8888080", "e282"})
        void withMalformedUtf8AreRefused(String hex) {
            byte[] bad = java.util.HexFormat.of().parseHex(hex);
            assertThatThrownBy(() -> readAnything(document(bad)))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("UTF-8");
        }

        private byte[] document(byte[] value) {
            var out = new java.io.ByteArrayOutputStream();
            out.writeBytes(bytes("{\"a\":\""));
            out.writeBytes(value);
            out.writeBytes(bytes("\"}"));
            return out.toByteArray();
        }

        @ParameterizedTest
        @ValueSource(strings = {"\\ud800", "\\udc00", "\\ud800\\ud800", "\\udc00\\ud800", "\\ud83dx", "\\ud83d\\n"})
        void withHalfASurrogatePairAreRefused(String escape) {
            assertThatThrownBy(() -> readAnything(bytes("{\"a\":\"" + escape + "\"}")))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("surrogate");
        }

        @Test
        void withBothHalvesOfAPairAreRead() {
            assertThat(readString("{\"a\":\"\\uD83D\\ude00 \\\\ud800\"}")).isEqualTo("\ud83d\ude00 \\ud800");
        }

        @Test
        void withAPairInAFieldsNameAreRead() {
            JsonInput in = JsonInput.of(bytes("{\"\\ud83d\\ude00\":1,\"ü\":2}"));
            List<String> names = new ArrayList<>();
            in.object("The body", field -> {
                names.add(field);
                in.skip();
                return true;
            });
            in.end();
            assertThat(names).containsExactly("\ud83d\ude00", "ü");
        }

        @Test
        void nestedTooDeeplyAreRefused() {
            String deep = "[".repeat(1001) + "]".repeat(1001);
            assertThatThrownBy(() -> readAnything(bytes("{\"a\":" + deep + "}")))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("1000 levels");
        }

        private String readString(String document) {
            String[] value = new String[1];
            JsonInput in = JsonInput.of(bytes(document));
            in.object("The body", field -> {
                value[0] = in.string(field);
                return true;
            });
            in.end();
            return value[0];
        }

        private void readAnything(byte[] document) {
            JsonInput in = JsonInput.of(document);
            in.object("The body", field -> {
                in.skip();
                return true;
            });
            in.end();
        }
    }

    @Nested
    class Objects {
        @Test
        void withAnUnknownFieldAreRefusedByItsName() {
            assertThatThrownBy(() -> JsonInput.of(bytes("{\"leese\":1}")).object("The body", field -> false))
                    .hasMessage("The body has an unknown field 'leese'");
        }

        @Test
        void withAFieldTwiceAreRefusedByItsName() {
            JsonInput in = JsonInput.of(bytes("{\"a\":1,\"b\":2,\"a\":3}"));
            assertThatThrownBy(() -> in.object("The body", field -> {
                        in.skip();
                        return true;
                    }))
                    .hasMessage("The body has the field 'a' twice");
        }
    }

    @Nested
    class Values {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "0",
                    "10",
                    "2147483648",
                    "9223372036854775808",
                    "-9223372036854775809",
                    "5.0",
                    "5e0",
                    "\"5\"",
                    "true",
                    "null",
                    "[5]",
                    "{}"
                })
        void thatAreNoWholeNumberWithinBoundsAreRefused(String value) {
            assertThatThrownBy(() -> value(value).integer("max", 1, 9))
                    .hasMessage("'max' must be a whole number from 1 to 9");
        }

        @Test
        void mayBeTheLargestNumberThereIs() {
            assertThat(value("9223372036854775807").integer("n", 1L, Long.MAX_VALUE))
                    .isEqualTo(Long.MAX_VALUE);
        }

        @Test
        void ofAHundredThousandDigitsAreRefusedAtOnce() {
            assertThatThrownBy(() -> value("9".repeat(100_000)).integer("n", 1L, Long.MAX_VALUE))
                    .isInstanceOf(ProtocolException.class);
        }

        @ParameterizedTest
        @ValueSource(strings = {"0.9", "101", "1e400", "\"2\"", "null"})
        void thatAreNoNumberWithinBoundsAreRefused(String value) {
            assertThatThrownBy(() -> value(value).number("multiplier", 1, 100))
                    .hasMessageContaining("'multiplier' must be a number from 1");
        }

        @ParameterizedTest
        @ValueSource(strings = {"\"\"", "\"5\"", "\"-5s\"", "\"5 s\"", "\"1w\"", "5", "null", "\"99ms\"", "\"13h\""})
        void thatAreNoDurationWithinBoundsAreRefused(String value) {
            assertThatThrownBy(() -> value(value).duration("lease", 100, 43_200_000))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("'lease'");
        }

        @ParameterizedTest
        @CsvSource({
            "1970-01-01T00:00:01Z, 1000",
            "1970-01-01T01:00:01.5+01:00, 1500",
            "1969-12-31T23:59:59Z, 0",
            "0000-01-01T00:00:00Z, 0"
        })
        void thatAreInstantsAreReadAsMilliseconds(String text, long millis) {
            assertThat(value("\"" + text + "\"").instant("deliverAt")).isEqualTo(millis);
        }

        @ParameterizedTest
        @ValueSource(strings = {"2026-01-01", "2026-01-01T00:00:00", "tomorrow", "", "+10000-01-01T00:00:00Z"})
        void thatAreNoInstantsAreRefused(String text) {
            assertThatThrownBy(() -> value("\"" + text + "\"").instant("deliverAt"))
                    .hasMessageContaining("'deliverAt' must be an instant");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "1.10",
                    "-0",
                    "1e400",
                    "true",
                    "null",
                    "\"\\u00e9 \\/ \\n\"",
                    "\"\"",
                    "{ \"b\" : 1,\n \"a\":[ ],\"b\":2}",
                    "{\"\\ud83d\\ude00\":\"\\ud83d\\ude00\", \"😀\":1}",
                    "[[1,2],{ }]",
                    "123456789012345678901234567890.123456789012345678901234567890",
                    "\"ü€😀\""
                })
        void areTakenAsTheyStand(String value) {
            for (String document : List.of(
                    "{\"a\":" + value + "}",
                    "{\"ü\" :\t" + value + " ,\"z\":\"😀\"}",
                    "{\"😀\" :\t" + value + " ,\"z\\ud83d\\ude00\":\"\\ud83d\\ude00\"}",
                    "{\"x\":\"" + "ü".repeat(40_000) + "\",\"ü\":" + value + ",\"\\ud83d\\ude00\":\n1}")) {
                JsonInput in = JsonInput.of(bytes(document));
                List<String> taken = new ArrayList<>();
                in.object("The body", field -> {
                    taken.add(new String(in.rawValue(), StandardCharsets.UTF_8));
                    return true;
                });
                in.end();
                assertThat(taken).contains(value);
            }
        }

        private JsonInput value(String value) {
            return JsonInput.of(bytes(value));
        }
    }

    @Nested
    class Arrays {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {"[]", "[1,2,3,4]", "{}", "null"})
        void ofAnotherLengthOrNoneAreRefused(String value) {
            JsonInput in = JsonInput.of(bytes(value));
            assertThatThrownBy(() -> in.array("ids", 1, 3, in::skip)).hasMessageContaining("'ids'");
        }

        @Test
        void areReadElementByElement() {
            List<String> read = new ArrayList<>();
            JsonInput in = JsonInput.of(bytes("[ \"a\" , \"b\" ]"));
            in.array("ids", 1, 3, () -> read.add(in.string("ids")));
            in.end();
            assertThat(read).containsExactly("a", "b");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
