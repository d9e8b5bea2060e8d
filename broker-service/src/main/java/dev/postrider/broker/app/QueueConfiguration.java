package dev.postrider.broker.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What holds for all queues. */
@ConfigMapping(prefix = "postrider.queues")
interface QueueConfiguration {
    /** Create a queue on first use. {@link BrokerMain} makes it true where the embedded database is used. */
    @WithDefault("false")
    boolean autoCreate();
}
