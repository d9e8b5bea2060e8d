package dev.postrider.broker.schedule;

import dev.postrider.protocol.ProtocolException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.OptionalLong;

/** When a schedule fires: a cron expression on the clocks of a time zone. Immutable. */
public final class Timing {
    /** A time zone's name has no more characters. */
    public static final int ZONE_LENGTH_MAX = 64;

    private final CronExpression cron;
    private final ZoneId zone;
    private final String zoneText;

    private Timing(CronExpression cron, ZoneId zone, String zoneText) {
        this.cron = cron;
        this.zone = zone;
        this.zoneText = zoneText;
    }

    /**
     * Reads both.
     *
     * @param cron five fields or a name such as {@code @daily}
     * @param timeZone a region such as {@code Europe/Berlin}, or an offset such as {@code +02:00}
     * @throws ProtocolException {@code invalid-request}, and says what is wrong
     */
    public static Timing parse(String cron, String timeZone) {
        return new Timing(CronExpression.parse(cron), zone(timeZone), timeZone);
    }

    private static ZoneId zone(String text) {
        try {
            if (text.length() <= ZONE_LENGTH_MAX) {
                return ZoneId.of(text);
            }
        } catch (DateTimeException e) {
            // Falls through to the one refusal.
        }
        throw ProtocolException.invalid(
                "'timeZone' must be a region such as Europe/Berlin, UTC, or an offset such as" + " +02:00");
    }

    /** The expression as it was given. */
    public String cron() {
        return cron.text();
    }

    /** The time zone as it was given. */
    public String timeZone() {
        return zoneText;
    }

    /**
     * The first firing after an instant, both in milliseconds since 1970.
     *
     * @return empty if it does not fire within the years that are looked at, at least eight
     */
    public OptionalLong nextMillis(long afterMillis) {
        Instant next = cron.next(Instant.ofEpochMilli(afterMillis), zone);
        return next == null ? OptionalLong.empty() : OptionalLong.of(next.toEpochMilli());
    }
}
