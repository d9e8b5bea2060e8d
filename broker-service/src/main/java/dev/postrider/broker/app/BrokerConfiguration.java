package dev.postrider.broker.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** What holds for this broker among its replicas. */
@ConfigMapping(prefix = "postrider.broker")
interface BrokerConfiguration {
    /**
     * Where other replicas reach it, {@code host:port}; absent: the host's own address and the port it listens on.
     */
    Optional<String> address();

    /** Where that is kept from one run to the next; {@link BrokerMain} sets it where the embedded database is used. */
    Optional<String> addressFile();

    /** Between two signs of life. */
    @WithDefault("PT1S")
    Duration heartbeat();

    /** A broker that was silent for so long is declared dead and its deliveries are freed. */
    @WithDefault("PT8S")
    Duration silence();

    /** Commits under way at once. */
    @WithDefault("2")
    int lanes();
}
