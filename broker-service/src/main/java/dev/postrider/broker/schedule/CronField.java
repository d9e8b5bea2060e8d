package dev.postrider.broker.schedule;

import dev.postrider.protocol.ProtocolException;
import java.util.List;
import java.util.Locale;

/**
 * One field of a cron expression: the values at which it fires. Lists, ranges, steps and, where there are any, names.
 *
 * @param values bit n: it fires at n
 * @param isWild true if it begins with an asterisk, and so says nothing by itself
 */
record CronField(long values, boolean isWild) {
    /** What a field is, and what it may have. */
    enum Kind {
        MINUTE("minute", 0, 59, List.of()),
        HOUR("hour", 0, 23, List.of()),
        DAY_OF_MONTH("day of the month", 1, 31, List.of()),
        MONTH(
                "month",
                1,
                12,
                List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")),
        /** 0 and 7 are Sunday. */
        DAY_OF_WEEK("day of the week", 0, 7, List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"));

        private final String title;
        private final int min;
        private final int max;
        private final List<String> names;

        Kind(String title, int min, int max, List<String> names) {
            this.title = title;
            this.min = min;
            this.max = max;
            this.names = names;
        }
    }

    private static final String NUMBER = "[0-9]{1,2}";

    static CronField parse(Kind kind, String text) {
        long values = 0;
        for (String part : text.split(",", -1)) {
            values |= part(kind, part);
        }
        if (kind == Kind.DAY_OF_WEEK && (values & 1L << 7) != 0) {
            values = values & ~(1L << 7) | 1;
        }
        return new CronField(values, text.startsWith("*"));
    }

    boolean has(int value) {
        return (values & 1L << value) != 0;
    }

    /** The first value from {@code from} on; -1 if there is none. */
    int from(int from) {
        long rest = from > 63 ? 0 : values & -1L << from;
        return rest == 0 ? -1 : Long.numberOfTrailingZeros(rest);
    }

    private static long part(Kind kind, String part) {
        String[] rangeAndStep = part.split("/", -1);
        if (rangeAndStep.length > 2) {
            throw wrong(kind, part);
        }
        String range = rangeAndStep[0];
        int low;
        int high;
        if (range.equals("*")) {
            low = kind.min;
            high = kind == Kind.DAY_OF_WEEK ? 6 : kind.max;
        } else {
            String[] bounds = range.split("-", -1);
            low = value(kind, bounds[0], part);
            high = bounds.length == 2 ? value(kind, bounds[1], part) : low;
            // FRI-SUN means what it says, though Sunday begins the week.
            high = kind == Kind.DAY_OF_WEEK && high == 0 && bounds.length == 2 && low > 0 ? 7 : high;
            boolean openEnded = bounds.length == 1 && rangeAndStep.length == 2;
            if (bounds.length > 2 || low > high || openEnded) {
                throw wrong(kind, part);
            }
        }
        return steps(low, high, rangeAndStep.length == 2 ? step(kind, rangeAndStep[1], part) : 1);
    }

    private static long steps(int low, int high, int step) {
        long values = 0;
        for (int value = low; value <= high; value += step) {
            values |= 1L << value;
        }
        return values;
    }

    private static int step(Kind kind, String text, String part) {
        int step = text.matches(NUMBER) ? Integer.parseInt(text) : 0;
        if (step < 1 || step > kind.max) {
            throw wrong(kind, part);
        }
        return step;
    }

    private static int value(Kind kind, String text, String part) {
        int named = kind.names.indexOf(text.toUpperCase(Locale.ROOT));
        if (named >= 0) {
            return named + kind.min;
        }
        int value = text.matches(NUMBER) ? Integer.parseInt(text) : -1;
        if (value < kind.min || value > kind.max) {
            throw wrong(kind, part);
        }
        return value;
    }

    private static ProtocolException wrong(Kind kind, String part) {
        String shown = part.length() > 20 ? part.substring(0, 20) + "…" : part;
        String names =
                kind.names.isEmpty() ? "" : ", " + kind.names.get(0) + " to " + kind.names.get(kind.names.size() - 1);
        return ProtocolException.invalid("'cron' is wrong at its " + kind.title + " '" + shown
                + "': expected *, " + kind.min + " to " + kind.max + names
                + ", a range such as " + kind.min + "-" + kind.max + ", a step such as */2, or a list of these");
    }
}
