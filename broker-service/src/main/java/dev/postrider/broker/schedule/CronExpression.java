package dev.postrider.broker.schedule;

import dev.postrider.protocol.ProtocolException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Locale;
import java.util.Map;

/**
 * A cron expression: minute, hour, day of the month, month, day of the week, as cron users know them. If both days are
 * given, one of them is enough. Immutable.
 *
 * <p>When clocks are changed: if the hour is given, a time that does not exist fires once, right after the gap, and
 * one that exists twice fires the first time. If the hour begins with an asterisk, the schedule goes by time elapsed:
 * it fires at every instant at which the clock shows a time of it.
 */
final class CronExpression {
    private static final int LENGTH_MAX = 256;

    /** From one 29 February to the next it is eight years where a century comes between. */
    private static final int DAYS_MAX = 8 * 366 + 1;

    private static final Map<String, String> NICKNAMES = Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@hourly", "0 * * * *");

    private final String text;
    private final CronField minutes;
    private final CronField hours;
    private final CronField daysOfMonth;
    private final CronField months;
    private final CronField daysOfWeek;

    private CronExpression(String text, String[] fields) {
        this.text = text;
        this.minutes = CronField.parse(CronField.Kind.MINUTE, fields[0]);
        this.hours = CronField.parse(CronField.Kind.HOUR, fields[1]);
        this.daysOfMonth = CronField.parse(CronField.Kind.DAY_OF_MONTH, fields[2]);
        this.months = CronField.parse(CronField.Kind.MONTH, fields[3]);
        this.daysOfWeek = CronField.parse(CronField.Kind.DAY_OF_WEEK, fields[4]);
    }

    /** Reads an expression; fails with {@code invalid-request} if it is not one, or never fires. */
    static CronExpression parse(String text) {
        if (text.length() > LENGTH_MAX) {
            throw ProtocolException.invalid("'cron' must have at most " + LENGTH_MAX + " characters");
        }
        String trimmed = text.trim();
        String spelled = NICKNAMES.getOrDefault(trimmed.toLowerCase(Locale.ROOT), trimmed);
        String[] fields = spelled.split("[ \\t]+", -1);
        if (fields.length != 5) {
            throw ProtocolException.invalid("'cron' must have five fields (minute, hour, day of the month, month, day"
                    + " of the week) such as 0 9 * * MON-FRI, or be one of @hourly, @daily, @weekly, @monthly and"
                    + " @yearly");
        }
        CronExpression expression = new CronExpression(text, fields);
        // Starts at a leap day, so that it is found.
        if (expression.matching(LocalDateTime.of(2000, 1, 1, 0, 0)) == null) {
            throw ProtocolException.invalid("'cron' never fires: no month of it has that day");
        }
        return expression;
    }

    String text() {
        return text;
    }

    /** The first firing after the instant; null if there is none within the years that are looked at. */
    Instant next(Instant after, ZoneId zone) {
        ZoneRules rules = zone.getRules();
        return hours.isWild() ? nextElapsed(after, rules) : nextOnTheClock(after, rules);
    }

    /** Each time on the clock is one instant, and later ones are not earlier instants. */
    private Instant nextOnTheClock(Instant after, ZoneRules rules) {
        LocalDateTime local =
                LocalDateTime.ofInstant(after, rules.getOffset(after)).truncatedTo(ChronoUnit.MINUTES);
        for (LocalDateTime time = matching(local); time != null; time = matching(time.plusMinutes(1))) {
            Instant instant = instantOf(time, rules);
            if (instant.isAfter(after)) {
                return instant;
            }
        }
        return null;
    }

    private static Instant instantOf(LocalDateTime time, ZoneRules rules) {
        ZoneOffsetTransition transition = rules.getTransition(time);
        if (transition == null) {
            return time.toInstant(rules.getOffset(time));
        }
        return transition.isGap() ? transition.getInstant() : time.toInstant(transition.getOffsetBefore());
    }

    /** Looks at one stretch of time after the other in which the clocks are not changed. */
    private Instant nextElapsed(Instant after, ZoneRules rules) {
        Instant from = after.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
        Instant end = after.plus(DAYS_MAX, ChronoUnit.DAYS);
        while (from.isBefore(end)) {
            ZoneOffset offset = rules.getOffset(from);
            ZoneOffsetTransition change = rules.nextTransition(from);
            LocalDateTime time = matching(LocalDateTime.ofInstant(from, offset));
            Instant found = time == null ? end : time.toInstant(offset);
            if (change == null || found.isBefore(change.getInstant())) {
                return time == null ? null : found;
            }
            from = change.getInstant();
        }
        return null;
    }

    /** The first time on the clock from {@code from} on, which is a whole minute; null if there is none. */
    private LocalDateTime matching(LocalDateTime from) {
        LocalDateTime start = from;
        for (int days = 0; days <= DAYS_MAX; days++) {
            LocalDateTime time = isDay(start.toLocalDate()) ? matchingOnDay(start) : null;
            if (time != null) {
                return time;
            }
            start = start.toLocalDate().plusDays(1).atStartOfDay();
        }
        return null;
    }

    private LocalDateTime matchingOnDay(LocalDateTime from) {
        int hour = hours.from(from.getHour());
        int minute = minutes.from(hour == from.getHour() ? from.getMinute() : 0);
        if (hour >= 0 && minute < 0) {
            hour = hours.from(hour + 1);
            minute = minutes.from(0);
        }
        return hour < 0 ? null : from.toLocalDate().atTime(hour, minute);
    }

    private boolean isDay(LocalDate date) {
        if (!months.has(date.getMonthValue())) {
            return false;
        }
        boolean ofMonth = daysOfMonth.has(date.getDayOfMonth());
        boolean ofWeek = daysOfWeek.has(date.getDayOfWeek().getValue() % 7);
        return daysOfMonth.isWild() || daysOfWeek.isWild() ? ofMonth && ofWeek : ofMonth || ofWeek;
    }
}
