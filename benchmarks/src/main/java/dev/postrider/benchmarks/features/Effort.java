package dev.postrider.benchmarks.features;

import java.time.Duration;

/** @param brief whether to look only that everything works: the figures are worth nothing then */
public record Effort(boolean brief) {
    private static final int LESS_TIME = 3;
    private static final int LESS_MESSAGES = 20;
    /** Time for a broker to be killed, and for what it held to come back. */
    private static final Duration WITH_KILLS = Duration.ofSeconds(15);

    Duration seconds(int seconds) {
        return Duration.ofSeconds(brief ? Math.max(2, seconds / LESS_TIME) : seconds);
    }

    Duration secondsWithKills(int seconds) {
        return brief ? WITH_KILLS : Duration.ofSeconds(seconds);
    }

    int messages(int messages) {
        return brief ? messages / LESS_MESSAGES : messages;
    }
}
