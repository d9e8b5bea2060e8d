package dev.postrider.broker.transport;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Makes the limits of the configuration, and what follows from them, injectable. */
@Singleton
final class LimitsProducer {
    /** {@code postrider.limits.*}, for instance {@code 1M}. */
    @ConfigMapping(prefix = "postrider.limits")
    interface LimitsConfig {
        @WithDefault("1M")
        MemorySize messageBytes();

        @WithDefault("16M")
        MemorySize batchBytes();

        /** Absent: 64 MiB, or a tenth of a small heap. */
        Optional<MemorySize> inFlightPublishBytes();
    }

    @Produces
    @Singleton
    Limits limits(LimitsConfig config) {
        int batchBytes = clamped(config.batchBytes());
        long inFlight = config.inFlightPublishBytes()
                .map(MemorySize::asLongValue)
                .orElseGet(() -> Limits.inFlightPublishBytes(
                        batchBytes, Runtime.getRuntime().maxMemory()));
        try {
            return new Limits(clamped(config.messageBytes()), batchBytes, inFlight);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("Postrider cannot start: postrider.limits: " + e.getMessage());
        }
    }

    @Produces
    @Singleton
    PublishBudget publishBudget(Limits limits) {
        return new PublishBudget(limits.inFlightPublishBytes());
    }

    @Produces
    @Singleton
    MessageParser messageParser(Limits limits) {
        return new MessageParser(limits.messageBytes());
    }

    private static int clamped(MemorySize size) {
        return (int) Math.min(size.asLongValue(), Integer.MAX_VALUE);
    }
}
