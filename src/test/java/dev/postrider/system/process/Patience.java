package dev.postrider.system.process;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.time.Duration;

/** Limits for how long something may take that holds on a machine with nothing else to do. */
public final class Patience {
    private static final double FACTOR_MAX = 10;

    private Patience() {}

    /** The limit, longer by as much as there are more runnable threads than processors. */
    public static Duration of(Duration limit) {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        double crowding = system.getSystemLoadAverage() / system.getAvailableProcessors();
        double factor = Math.min(FACTOR_MAX, Math.max(1, crowding));
        return Duration.ofMillis(Math.round(limit.toMillis() * factor));
    }
}
