package dev.postrider.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class TextDurationTest {
    @Nested
    class Parse {
        @ParameterizedTest
        @CsvSource({
            "0ms, 0",
            "250ms, 250",
            "0s, 0",
            "30s, 30000",
            "007s, 7000",
            "5m, 300000",
            "2h, 7200000",
            "7d, 604800000",
            "3653d, 315619200000",
            "PT30S, 30000",
            "PT0S, 0",
            "PT1.5S, 1500",
            "PT0.0009S, 0",
            "PT1H30M, 5400000",
            "P1D, 86400000",
            "P1DT1H, 90000000",
        })
        void bothFormsAreRead(String text, long millis) {
            TextDuration duration = TextDuration.parse("delay", text);
            assertThat(duration.millis()).isEqualTo(millis);
            assertThat(duration).hasToString(text);
            assertThat(duration.toDuration()).isEqualTo(Duration.ofMillis(millis));
        }

        @ParameterizedTest
        @NullAndEmptySource
        @ValueSource(
                strings = {
                    " ",
                    "30",
                    "s",
                    "30 s",
                    " 30s",
                    "30s ",
                    "30S",
                    "30sec",
                    "-1s",
                    "+1s",
                    "1.5s",
                    "1e3s",
                    "１s",
                    "1h30m",
                    "1w",
                    "P",
                    "PT",
                    "pt30s",
                    "PT30s",
                    "PT-5S",
                    "-PT5S",
                    "PT+5S",
                    "PT1,5S",
                    "P1W",
                    "P1Y",
                    "PT30S ",
                    "P1DT",
                    "PT1S\n",
                    "99999999999999999s",
                    "PT99999999999999999999S"
                })
        void anythingElseIsRefused(String text) {
            assertThatThrownBy(() -> TextDuration.parse("delay", text))
                    .isInstanceOfSatisfying(
                            ProtocolException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.INVALID_REQUEST))
                    .hasMessageStartingWith("'delay' must be");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"3654d", "315619200001ms", "999999999999999d", "999999999999999ms", "PT9223372036854775807S"
                })
        void tenYearsAreTheMost(String text) {
            assertThatThrownBy(() -> TextDuration.parse("ttl", text)).isInstanceOf(ProtocolException.class);
        }

        @Test
        void aTextOfAnyLengthIsRefusedAtOnce() {
            assertThatThrownBy(() -> TextDuration.parse("ttl", "P" + "1".repeat(5_000_000) + "D"))
                    .isInstanceOf(ProtocolException.class);
        }
    }

    @Nested
    class Bounds {
        @ParameterizedTest
        @ValueSource(strings = {"100ms", "12h", "PT12H"})
        void theBoundsThemselvesAreInside(String text) {
            assertThat(TextDuration.parse("lease", text, 100, 43_200_000).text())
                    .isEqualTo(text);
        }

        @ParameterizedTest
        @ValueSource(strings = {"99ms", "43200001ms", "0s"})
        void whatLiesOutsideIsRefusedWithTheBounds(String text) {
            assertThatThrownBy(() -> TextDuration.parse("lease", text, 100, 43_200_000))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessage("'lease' must be between 100ms and 12h");
        }
    }

    @Nested
    class Format {
        @ParameterizedTest
        @CsvSource({
            "0, 0s",
            "1, 1ms",
            "999, 999ms",
            "1000, 1s",
            "1500, 1500ms",
            "90000, 90s",
            "60000, 1m",
            "5400000, 90m",
            "3600000, 1h",
            "86400000, 1d",
            "604800000, 7d",
            "315619200000, 3653d"
        })
        void theLargestWholeUnitIsWritten(long millis, String text) {
            assertThat(TextDuration.format(millis)).isEqualTo(text);
            assertThat(TextDuration.ofMillis(millis)).isEqualTo(TextDuration.parse("delay", text));
        }
    }
}
