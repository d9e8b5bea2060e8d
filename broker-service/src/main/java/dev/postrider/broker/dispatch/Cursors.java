package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.protocol.ProblemCode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The places after which a page goes on, as the API writes them. Opaque to clients. */
final class Cursors {
    private static final Pattern PLACE = Pattern.compile("(-?\\d{1,19})-(\\d{1,9})-(\\d{1,9})");
    private static final Pattern ROW = Pattern.compile("\\d{1,18}");

    private Cursors() {}

    /**
     * A record's place among deliveries.
     *
     * @param chunkId the chunk
     * @param first key of the delivery
     * @param index of the last record that was shown
     */
    record Place(long chunkId, int first, int index) {
        static final Place START = new Place(Long.MIN_VALUE, 0, -1);

        String toText() {
            return chunkId + "-" + first + "-" + index;
        }
    }

    static Place place(String text) {
        if (text == null) {
            return Place.START;
        }
        Matcher matcher = PLACE.matcher(text);
        if (!matcher.matches()) {
            throw bad();
        }
        try {
            return new Place(
                    Long.parseLong(matcher.group(1)),
                    Integer.parseInt(matcher.group(2)),
                    Integer.parseInt(matcher.group(3)));
        } catch (NumberFormatException e) {
            throw bad();
        }
    }

    static long row(String text) {
        if (text == null) {
            return 0;
        }
        if (!ROW.matcher(text).matches()) {
            throw bad();
        }
        return Long.parseLong(text);
    }

    private static BrokerException bad() {
        return new BrokerException(ProblemCode.INVALID_REQUEST, "'after' must be the 'next' of an earlier answer");
    }
}
