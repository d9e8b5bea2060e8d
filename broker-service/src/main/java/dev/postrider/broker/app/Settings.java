package dev.postrider.broker.app;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.function.Supplier;

/** Reads what a person has set: a value that cannot be is told in a line, without a stack trace. */
final class Settings {
    private Settings() {}

    /**
     * What {@code reading} gives.
     *
     * @param prefix of the settings that it reads
     * @throws ConfigurationException if it throws IllegalArgumentException
     */
    static <T> T read(String prefix, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            throw refusal(prefix, e.getMessage());
        }
    }

    /** Quarkus prints the message of this one, and no stack trace, if it has no cause. */
    static ConfigurationException refusal(String prefix, String why) {
        return new ConfigurationException("Postrider cannot start: " + prefix + ": " + why);
    }
}
