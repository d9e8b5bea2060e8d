package dev.postrider.broker.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.record.MessageRecord;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is not a filter, and what would be one that costs too much. */
class FilterErrorsTest {
    @Nested
    class Refused {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '~',
                value = {
                    "~~|1|a condition was expected, not the end",
                    "headers.a =|12|a value was expected, not the end",
                    "headers.a == 'x'|12|a value was expected, not =",
                    "headers.a 'x'|11|a comparison was expected, not 'x'",
                    "headers = 'x'|9|'.' and a header's name was expected, not =",
                    "headers.=|9|a header's name was expected, not =",
                    "headers.2fa = 1|9|a number of at most 64 characters was expected",
                    "headers.a-b = 1|10|a comparison was expected, not -",
                    "region = 'eu'|1|key, type, source, contentType or priority was expected, not region",
                    "\"region\" = 'eu'|1|was expected, not \"region\"",
                    "headers.a = \"eu\"|13|a text in single quotes was expected, not \"eu\"",
                    "headers.a = 'eu|13|a text begins that does not end",
                    "headers.\"a = 'eu'|9|a name begins that does not end",
                    "headers.a = 'x' headers.b = 'y'|17|AND, OR or the end was expected, not headers",
                    "(headers.a = 'x'|17|')' was expected, not the end",
                    "headers.a = 'x')|16|AND, OR or the end was expected, not )",
                    "headers.a IN 'x'|14|'(' was expected, not 'x'",
                    "headers.a IN ()|15|a value was expected, not )",
                    "headers.a IN ('x'|18|',' or ')' was expected, not the end",
                    "headers.a IN (key)|15|a text, a number, TRUE or FALSE was expected, not key",
                    "headers.a IS 'x'|14|NULL was expected, not 'x'",
                    "'a' IS NULL|1|a header or a property was expected before IS",
                    "headers.a NOT = 'x'|15|IN, LIKE or BETWEEN was expected, not =",
                    "headers.a LIKE 5|16|a text in single quotes was expected, not 5",
                    "headers.a LIKE 'x!y' ESCAPE '!'|16|an escape character may stand before %, _ and itself only",
                    "headers.a LIKE 'x' ESCAPE 'ab'|27|one character was expected",
                    "priority LIKE '5'|1|LIKE compares texts only",
                    "priority = 'high'|12|a number to be compared with a number was expected, not 'high'",
                    "'high' < 5|1|a number to be compared with a number was expected, not 'high'",
                    "'a' IN (1)|1|a number to be compared with a number was expected, not 'a'",
                    "priority = TRUE|12|TRUE and FALSE can be compared",
                    "headers.a < TRUE|13|TRUE and FALSE can be compared",
                    "headers.a BETWEEN 1 OR 2|21|AND was expected, not OR",
                    "headers.a = 1e99999|13|a number of at most 64 characters was expected",
                    "headers.a = 1 ; DROP|15|AND, OR or the end was expected, not ;",
                    "headers.a = :x|13|a value was expected, not :",
                    "NOT|4|a condition was expected, not the end",
                    "headers.a|10|a comparison was expected, not the end",
                })
        void withThePositionAndWhatWasExpected(String filter, int position, String expected) {
            assertThatThrownBy(() -> Filter.parse(filter))
                    .isInstanceOfSatisfying(ProtocolException.class, refusal -> assertThat(refusal.code())
                            .isEqualTo(ProblemCode.INVALID_REQUEST))
                    .hasMessageStartingWith("The filter is wrong at position " + position + ": ")
                    .hasMessageContaining(expected);
        }

        @Test
        void withNoMoreOfALongTextThanItsBeginning() {
            assertThatThrownBy(() -> Filter.parse("priority = '" + "😀".repeat(1000) + "'"))
                    .hasMessageEndingWith("not '" + "😀".repeat(15) + "…");
        }

        @Test
        void withMoreCharactersThanAreTaken() {
            String longest = "key = '" + "x".repeat(Filter.LENGTH_MAX - 8) + "'";
            assertThat(Filter.parse(longest).text()).hasSize(Filter.LENGTH_MAX);
            assertThatThrownBy(() -> Filter.parse(longest + " ")).hasMessage("A filter may have 4096 characters");
        }

        @Test
        void deeperThanItMayBe() {
            String deepest = "(".repeat(Filter.DEPTH_MAX) + "TRUE" + ")".repeat(Filter.DEPTH_MAX);
            assertThat(Filter.parse(deepest)).isEqualTo(Filter.parse("TRUE"));
            assertThatThrownBy(() -> Filter.parse("(" + deepest + ")")).hasMessageContaining("position 33");
            assertThatThrownBy(() -> Filter.parse("(".repeat(Filter.LENGTH_MAX)))
                    .hasMessageContaining("may stand within one another");
            assertThatThrownBy(() -> Filter.parse("NOT ".repeat(1000) + "TRUE"))
                    .hasMessageContaining("may stand within one another");
        }

        @Test
        void ofMoreTermsThanItMayHave() {
            String most = "TRUE" + " OR TRUE".repeat(Filter.TERMS_MAX - 1);
            assertThat(Filter.parse(most)).isEqualTo(Filter.parse(most));
            assertThatThrownBy(() -> Filter.parse(most + " OR TRUE")).hasMessageContaining("no more than 256");
            assertThatThrownBy(() -> Filter.parse("priority IN (1" + ",1".repeat(Filter.TERMS_MAX) + ")"))
                    .hasMessageContaining("no more than 256");
        }
    }

    @Nested
    @Timeout(20)
    class Hostile {
        private static final int VALUE_LENGTH = 16_000;

        @Test
        void patternsTakeNoMoreThanTheProductOfTheLengths() {
            MessageRecord record = MessageRecord.builder()
                    .header("a", "a".repeat(VALUE_LENGTH))
                    .build();
            Filter filter = Filter.parse("headers.a LIKE '" + "%a".repeat(2000) + "b' OR FALSE");
            assertThat(Duration.ofSeconds(10)).isGreaterThan(timeOf(filter, record));
            assertThat(filter.matches(new RecordSubject(record))).isFalse();
        }

        @Test
        void numbersThatDifferByManyOrdersAreCompared() {
            MessageRecord record = MessageRecord.builder().header("a", "1e999").build();
            assertThat(Filter.parse("headers.a > 1e-999").matches(new RecordSubject(record)))
                    .isTrue();
        }

        private static Duration timeOf(Filter filter, MessageRecord record) {
            long start = System.nanoTime();
            filter.matches(new RecordSubject(record));
            return Duration.ofNanos(System.nanoTime() - start);
        }
    }
}
