package dev.postrider.messaging;

import dev.postrider.client.ClientBuilder;
import dev.postrider.client.PostriderClient;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The clients of all channels: the application's own where it has one and the channel names no address, otherwise one
 * per broker and key, which channels share. Thread-safe.
 */
final class ClientDirectory {
    private final Vertx vertx;
    private final Function<Optional<String>, Optional<PostriderClient>> beans;
    private final Map<Address, PostriderClient> own = new ConcurrentHashMap<>();

    /** @param beans finds the application's client by its name, or the only one without a name */
    ClientDirectory(Vertx vertx, Function<Optional<String>, Optional<PostriderClient>> beans) {
        this.vertx = vertx;
        this.beans = beans;
    }

    private record Address(List<URI> urls, Optional<String> apiKey) {}

    PostriderClient clientFor(ChannelSettings settings) {
        if (settings.clientName().isPresent()) {
            return beans.apply(settings.clientName())
                    .orElseThrow(() -> new IllegalArgumentException("Channel " + settings.channel()
                            + " names a client that is no bean: "
                            + settings.clientName().get()));
        }
        Optional<PostriderClient> bean = settings.urls().isEmpty() ? beans.apply(Optional.empty()) : Optional.empty();
        return bean.orElseGet(
                () -> own.computeIfAbsent(new Address(settings.urlsOrDefault(), settings.apiKey()), this::connect));
    }

    /** Closes the clients made here; beans are their producers' to close. */
    void close() {
        own.values().forEach(PostriderClient::close);
        own.clear();
    }

    private PostriderClient connect(Address address) {
        ClientBuilder builder =
                PostriderClient.builder().brokers(address.urls()).vertx(vertx);
        address.apiKey().ifPresent(builder::apiKey);
        return builder.build();
    }
}
