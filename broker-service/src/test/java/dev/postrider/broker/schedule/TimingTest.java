package dev.postrider.broker.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.protocol.ProtocolException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimingTest {
    private static List<String> firings(String cron, String zone, String after, int count) {
        Timing timing = Timing.parse(cron, zone);
        List<String> firings = new ArrayList<>();
        long at = Instant.parse(after).toEpochMilli();
        for (int i = 0; i < count; i++) {
            at = timing.nextMillis(at).orElseThrow();
            firings.add(Instant.ofEpochMilli(at).toString());
        }
        return firings;
    }

    @Nested
    class Fires {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "* * * * *|2026-03-01T10:00:00Z|2026-03-01T10:01:00Z|2026-03-01T10:02:00Z",
                    "* * * * *|2026-03-01T10:00:30.5Z|2026-03-01T10:01:00Z|2026-03-01T10:02:00Z",
                    "0 9 * * MON-FRI|2026-11-20T09:00:00Z|2026-11-23T09:00:00Z|2026-11-24T09:00:00Z",
                    "0 9 * * mon-fri|2026-11-20T08:59:59.999Z|2026-11-20T09:00:00Z|2026-11-23T09:00:00Z",
                    "*/20 * * * *|2026-01-01T00:05:00Z|2026-01-01T00:20:00Z|2026-01-01T00:40:00Z",
                    "5,10-12 3 * * *|2026-01-01T03:05:00Z|2026-01-01T03:10:00Z|2026-01-01T03:11:00Z",
                    "10-50/20 3 * * *|2026-01-01T03:10:00Z|2026-01-01T03:30:00Z|2026-01-01T03:50:00Z",
                    "0 0 29 2 *|2096-02-29T00:00:00Z|2104-02-29T00:00:00Z|2108-02-29T00:00:00Z",
                    "0 0 31 * *|2026-01-31T00:00:00Z|2026-03-31T00:00:00Z|2026-05-31T00:00:00Z",
                    "0 0 13 * FRI|2026-11-01T00:00:00Z|2026-11-06T00:00:00Z|2026-11-13T00:00:00Z",
                    "0 0 1 * FRI|2026-11-29T00:00:00Z|2026-12-01T00:00:00Z|2026-12-04T00:00:00Z",
                    "0 0 * * 7|2026-11-20T00:00:00Z|2026-11-22T00:00:00Z|2026-11-29T00:00:00Z",
                    "0 0 * * FRI-SUN|2026-11-20T00:00:00Z|2026-11-21T00:00:00Z|2026-11-22T00:00:00Z",
                    "0 0 1 JAN,jul *|2026-01-01T00:00:00Z|2026-07-01T00:00:00Z|2027-01-01T00:00:00Z",
                    "@daily|2026-01-01T00:00:00Z|2026-01-02T00:00:00Z|2026-01-03T00:00:00Z",
                    "@Weekly|2026-11-20T00:00:00Z|2026-11-22T00:00:00Z|2026-11-29T00:00:00Z",
                    "0  0\t* *   *|2026-01-01T00:00:00Z|2026-01-02T00:00:00Z|2026-01-03T00:00:00Z",
                })
        void whenItsFieldsSay(String cron, String after, String first, String second) {
            assertThat(firings(cron, "UTC", after, 2)).containsExactly(first, second);
        }

        @Test
        void byTheClocksOfItsZone() {
            assertThat(firings("0 9 * * *", "Europe/Berlin", "2026-07-01T00:00:00Z", 1))
                    .containsExactly("2026-07-01T07:00:00Z");
            assertThat(firings("0 9 * * *", "+05:30", "2026-07-01T00:00:00Z", 1))
                    .containsExactly("2026-07-01T03:30:00Z");
        }
    }

    /** In Berlin the clocks go from 2:00 to 3:00 on 2026-03-29, and from 3:00 to 2:00 on 2026-10-25, at 1:00 UTC. */
    @Nested
    class WhenClocksAreChanged {
        @Test
        void aTimeThatDoesNotExistFiresOnceRightBehindTheGap() {
            assertThat(firings("30 2 * * *", "Europe/Berlin", "2026-03-27T12:00:00Z", 3))
                    .containsExactly("2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
            assertThat(firings("0,30 2,3 * * *", "Europe/Berlin", "2026-03-28T22:00:00Z", 3))
                    .containsExactly("2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:00:00Z");
        }

        @Test
        void aTimeThatExistsTwiceFiresOnce() {
            assertThat(firings("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2))
                    .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
            assertThat(firings("30 2 * * *", "Europe/Berlin", "2026-10-25T01:10:00Z", 1))
                    .as("asked within the repeated hour")
                    .containsExactly("2026-10-26T01:30:00Z");
        }

        @Test
        void everyHourIsEveryHourThatPasses() {
            assertThat(firings("0 * * * *", "Europe/Berlin", "2026-03-28T23:30:00Z", 3))
                    .containsExactly("2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z");
            assertThat(firings("0 * * * *", "Europe/Berlin", "2026-10-24T23:30:00Z", 4))
                    .containsExactly(
                            "2026-10-25T00:00:00Z",
                            "2026-10-25T01:00:00Z",
                            "2026-10-25T02:00:00Z",
                            "2026-10-25T03:00:00Z");
        }

        @Test
        void halfAnHourIsEnough() {
            // Lord Howe Island goes from 2:00 to 2:30 on 2026-10-04, at 15:30 UTC the day before.
            assertThat(firings("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", 1))
                    .containsExactly("2026-10-03T15:30:00Z");
        }

        @Test
        void aDayThatDoesNotExistFiresToo() {
            // Samoa left out 30 December 2011.
            assertThat(firings("0 12 30 12 *", "Pacific/Apia", "2011-12-01T00:00:00Z", 1))
                    .containsExactly("2011-12-30T10:00:00Z");
        }
    }

    /** Compared with a walk over every minute. */
    @Nested
    class AgreesWithPatience {
        private final SplittableRandom random = new SplittableRandom(4);

        @Test
        void onWhenItFires() {
            for (int n = 0; n < 200; n++) {
                TreeSet<Integer> minutes = some(0, 59);
                TreeSet<Integer> hours = some(0, 23);
                TreeSet<Integer> days = some(1, 31);
                boolean everyHour = random.nextBoolean();
                String cron = list(minutes) + " " + (everyHour ? "*" : list(hours)) + " " + list(days) + " * *";
                // Clocks are not changed there; in Berlin every hour is compared, too.
                String zone = everyHour ? "Europe/Berlin" : "Asia/Kolkata";
                Instant after =
                        Instant.parse("2026-01-01T00:00:00Z").plus(random.nextInt(365 * 24 * 60), ChronoUnit.MINUTES);
                Instant expected = walk(after, ZoneId.of(zone), minutes, everyHour ? null : hours, days);
                assertThat(Timing.parse(cron, zone).nextMillis(after.toEpochMilli()))
                        .as(cron + " in " + zone + " after " + after)
                        .hasValue(expected.toEpochMilli());
            }
        }

        private static Instant walk(
                Instant after, ZoneId zone, TreeSet<Integer> minutes, TreeSet<Integer> hours, TreeSet<Integer> days) {
            Instant at = after;
            while (true) {
                at = at.plus(1, ChronoUnit.MINUTES);
                ZonedDateTime time = at.atZone(zone);
                if (minutes.contains(time.getMinute())
                        && (hours == null || hours.contains(time.getHour()))
                        && days.contains(time.getDayOfMonth())) {
                    return at;
                }
            }
        }

        private TreeSet<Integer> some(int min, int max) {
            TreeSet<Integer> values = new TreeSet<>();
            for (int n = 0; n < 3; n++) {
                values.add(min + random.nextInt(max - min));
            }
            return values;
        }

        private static String list(TreeSet<Integer> values) {
            return values.stream().map(Object::toString).collect(Collectors.joining(","));
        }
    }

    @Nested
    class Refuses {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "* * * *|five fields",
                    "0 * * * * *|five fields",
                    "@reboot|five fields",
                    "60 * * * *|minute '60'",
                    "* 24 * * *|hour '24'",
                    "* * 0 * *|day of the month '0'",
                    "* * * 13 *|month '13'",
                    "* * * * 8|day of the week '8'",
                    "* * L * *|day of the month 'L'",
                    "* * ? * *|day of the month '?'",
                    "* * * FEBRUARY *|month 'FEBRUARY'",
                    "5-1 * * * *|minute '5-1'",
                    "1-2-3 * * * *|minute '1-2-3'",
                    "*/0 * * * *|minute '*/0'",
                    "*/5/5 * * * *|minute '*/5/5'",
                    "5/15 * * * *|minute '5/15'",
                    "1,,2 * * * *|minute ''",
                    "-1 * * * *|minute '-1'",
                    "0 0 31 2 *|never fires",
                    "0 0 30,31 FEB *|never fires",
                })
        void whatIsNoCronExpression(String cron, String told) {
            assertThatThrownBy(() -> Timing.parse(cron, "UTC"))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("'cron'")
                    .hasMessageContaining(told);
        }

        @Test
        void aLongOne() {
            assertThatThrownBy(() -> Timing.parse("1,".repeat(200) + "1 * * * *", "UTC"))
                    .hasMessageContaining("at most 256 characters");
        }

        @ParameterizedTest
        @CsvSource({"Europe/Berlino", "''", "CEST", "+99:00", "../etc/passwd"})
        void whatIsNoTimeZone(String zone) {
            assertThatThrownBy(() -> Timing.parse("* * * * *", zone))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("'timeZone'");
        }
    }

    @Test
    void aDateFarAwayIsFound() {
        assertThat(firings("0 0 29 2 *", "UTC", "1896-03-01T00:00:00Z", 1))
                .containsExactly(LocalDate.of(1904, 2, 29) + "T00:00:00Z");
    }
}
