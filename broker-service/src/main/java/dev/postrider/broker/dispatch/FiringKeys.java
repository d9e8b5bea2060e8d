package dev.postrider.broker.dispatch;

import dev.postrider.protocol.record.MessageRecord;
import java.util.List;

/**
 * The deduplication keys of what schedules fire. They are remembered longer than others, and by queues that remember
 * none: a broker that ends between publishing and noting it down leaves the firing to whoever comes next.
 */
final class FiringKeys {
    /** Nobody is away for longer than a week. */
    static final long WINDOW_MILLIS = 7 * 24 * 60 * 60 * 1_000L;

    private static final String PREFIX = "postrider-schedule/";

    private FiringKeys() {}

    static String of(String schedule, long firingMillis) {
        return PREFIX + schedule + "/" + firingMillis;
    }

    /** True if these messages are a firing, which is always one alone. */
    static boolean isFiring(List<MessageRecord> messages) {
        if (messages == null || messages.size() != 1) {
            return false;
        }
        String key = messages.get(0).deduplicationKey();
        return key != null && key.startsWith(PREFIX);
    }
}
