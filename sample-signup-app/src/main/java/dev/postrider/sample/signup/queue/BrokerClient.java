package dev.postrider.sample.signup.queue;

import dev.postrider.client.ClientBuilder;
import dev.postrider.client.PostriderClient;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;

/** Makes the one client that the application needs. It connects when it is first used, and again when it must. */
@ApplicationScoped
class BrokerClient {
    @Produces
    @ApplicationScoped
    PostriderClient client(BrokerSettings settings, Vertx vertx) {
        ClientBuilder builder = PostriderClient.builder().url(settings.url()).vertx(vertx);
        settings.apiKey().ifPresent(builder::apiKey);
        return builder.build();
    }

    void close(@Disposes PostriderClient client) {
        client.close();
    }
}
