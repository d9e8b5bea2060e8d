package dev.postrider.messaging;

import dev.postrider.protocol.Names;
import dev.postrider.protocol.TextDuration;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.spi.ConnectorFactory;

/** Reads what a channel is configured with; refuses what cannot be right, by the channel's name. */
final class ChannelSettings {
    private static final URI URL_DEFAULT = URI.create("http://127.0.0.1:8080");

    private final Config config;
    private final String channel;

    ChannelSettings(Config config) {
        this.config = config;
        this.channel = config.getValue(ConnectorFactory.CHANNEL_NAME_ATTRIBUTE, String.class);
    }

    String channel() {
        return channel;
    }

    /** The channel's name unless it says otherwise. */
    String queue() {
        String queue = text("queue").orElse(channel);
        if (!Names.isValid(queue)) {
            throw bad("queue", "is not the name of a queue: " + queue);
        }
        return queue;
    }

    /** The topic that is published to instead of a queue; empty: the queue. */
    Optional<String> topic() {
        Optional<String> topic = text("topic");
        topic.filter(name -> !Names.isValid(name)).ifPresent(name -> {
            throw bad("topic", "is not the name of a topic: " + name);
        });
        return topic;
    }

    /** The brokers' addresses; empty if none is named. */
    List<URI> urls() {
        return text("url").stream()
                .flatMap(all -> Stream.of(all.split(",")))
                .map(one -> URI.create(one.trim()))
                .toList();
    }

    List<URI> urlsOrDefault() {
        List<URI> named = urls();
        return named.isEmpty() ? List.of(URL_DEFAULT) : named;
    }

    Optional<String> apiKey() {
        return text("api-key");
    }

    Optional<String> clientName() {
        return text("client-name");
    }

    boolean healthEnabled() {
        return config.getOptionalValue("health-enabled", Boolean.class).orElse(true);
    }

    Duration lease() {
        return duration("lease", Duration.ofSeconds(30));
    }

    Duration maxProcessingTime() {
        return duration("max-processing-time", Duration.ofMinutes(10));
    }

    int prefetch() {
        return number("prefetch", 0, 0, 100_000);
    }

    int window() {
        return number("window", 256, 1, 100_000);
    }

    FailureStrategy failureStrategy() {
        String name = text("failure-strategy").orElse("nack");
        for (FailureStrategy candidate : FailureStrategy.values()) {
            if (candidate.name().toLowerCase(Locale.ROOT).equals(name)) {
                return candidate;
            }
        }
        throw bad("failure-strategy", "must be nack, reject or fail, was " + name);
    }

    private Optional<String> text(String name) {
        return config.getOptionalValue(name, String.class);
    }

    private Duration duration(String name, Duration absent) {
        return text(name)
                .map(value -> TextDuration.parse(attribute(name), value, 100, TextDuration.MILLIS_MAX)
                        .toDuration())
                .orElse(absent);
    }

    private int number(String name, int absent, int min, int max) {
        int value = config.getOptionalValue(name, Integer.class).orElse(absent);
        if (value < min || value > max) {
            throw bad(name, "must be " + min + " to " + max + ", was " + value);
        }
        return value;
    }

    private String attribute(String name) {
        return name + " of channel " + channel;
    }

    private IllegalArgumentException bad(String name, String problem) {
        return new IllegalArgumentException("'" + attribute(name) + "' " + problem);
    }
}
