package dev.postrider.broker.maintenance;

/**
 * How often the slow loops run, in milliseconds.
 *
 * @param heartbeatMillis between two signs of life, 1 up
 * @param silenceMillis a broker that was silent for so long is declared dead; two heartbeats at least; with one
 *     heartbeat more its deliveries are free within ten seconds
 * @param pollMillis between two looks for work that no signal told of
 * @param turnMillis between two turns of the slices: what is done with lies on the disk for so much longer
 * @param sweepMillis between two clean-ups
 */
public record MaintenanceSettings(
        long heartbeatMillis, long silenceMillis, long pollMillis, long turnMillis, long sweepMillis) {
    /** Guessed; ten seconds to free a dead broker's work is what the field does. */
    public static final MaintenanceSettings DEFAULTS = new MaintenanceSettings(1_000, 8_000, 1_000, 2_500, 10_000);

    public MaintenanceSettings {
        if (heartbeatMillis < 1) {
            throw new IllegalArgumentException("heartbeat must be a millisecond at least");
        }
        if (silenceMillis < 2 * heartbeatMillis) {
            throw new IllegalArgumentException("silence must be two heartbeats at least");
        }
    }
}
