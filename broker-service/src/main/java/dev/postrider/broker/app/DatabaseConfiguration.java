package dev.postrider.broker.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** Which database the broker uses, and how. */
@ConfigMapping(prefix = "postrider.database")
interface DatabaseConfiguration {
    /** {@code postgresql://user:password@host:port/database}; absent only where the embedded database stands in. */
    Optional<String> url();

    /** Connections for commits, claims and chunk reads. */
    @WithDefault("6")
    int hotConnections();

    /** Connections for everything else. */
    @WithDefault("4")
    int managementConnections();
}
