package dev.postrider.sample.signup.queue;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.util.Optional;

/** Where the broker is: {@code POSTRIDER_URL} and {@code POSTRIDER_API_KEY}. */
@ConfigMapping(prefix = "postrider")
interface BrokerSettings {
    @WithDefault("http://127.0.0.1:8080")
    URI url();

    Optional<String> apiKey();
}
