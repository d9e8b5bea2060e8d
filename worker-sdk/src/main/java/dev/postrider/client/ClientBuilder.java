package dev.postrider.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postrider.client.internal.SessionClient;
import dev.postrider.client.internal.session.LinkTiming;
import dev.postrider.client.internal.session.PublishLimits;
import dev.postrider.client.internal.wire.Endpoint;
import dev.postrider.client.internal.wire.Wire;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** Describes a {@link PostriderClient}. Every setting but the URL has a default. Not safe for several threads. */
public final class ClientBuilder {
    private static final int MEBIBYTE = 1 << 20;

    private List<URI> brokers = List.of();
    private String apiKey;
    private Vertx vertx;
    private ObjectMapper mapper = Json.MAPPER;
    private Duration publishDeadline = Duration.ofSeconds(30);
    private int windowMessages = 20_000;
    private long windowBytes = 16 * MEBIBYTE;
    private int backlogMessages = 200_000;
    private long backlogBytes = 128 * MEBIBYTE;
    private boolean idempotentRetries;
    private Duration heartbeat = Duration.ofSeconds(15);
    private Duration reconnectFirst = Duration.ofMillis(100);
    private Duration reconnectLongest = Duration.ofSeconds(5);
    private WireProtocol wireProtocol = WireProtocol.BINARY;
    private Compression compression = Compression.NONE;

    ClientBuilder() {}

    /** Where the broker is: {@code http} or {@code https}, host, port, and a path if a proxy adds one. */
    public ClientBuilder url(URI value) {
        return brokers(List.of(value));
    }

    /** {@link #brokers(List)}. */
    public ClientBuilder brokers(URI... values) {
        return brokers(List.of(values));
    }

    /**
     * Where several brokers on one database are. The client speaks to one of them, in an order of its own, and goes
     * on with the next when that one fails or says that it stops; publishes and settlements under way are repeated
     * there.
     *
     * @param values one at least, each as for {@link #url}
     */
    public ClientBuilder brokers(List<URI> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("There must be the URL of a broker");
        }
        values.forEach(ClientBuilder::check);
        brokers = List.copyOf(values);
        return this;
    }

    private static void check(URI value) {
        boolean web = "http".equals(value.getScheme()) || "https".equals(value.getScheme());
        if (!web || value.getHost() == null) {
            throw new IllegalArgumentException("The URL must be http://host:port or https://host:port, was " + value);
        }
    }

    /** Shown to the broker as a bearer token. */
    public ClientBuilder apiKey(String value) {
        apiKey = value;
        return this;
    }

    /** Whose event loops to use; the client closes it only if it made it itself. */
    public ClientBuilder vertx(Vertx value) {
        vertx = value;
        return this;
    }

    /** Reads the payloads of {@link ReceivedMessage#json}. */
    public ClientBuilder objectMapper(ObjectMapper value) {
        mapper = Objects.requireNonNull(value, "objectMapper");
        return this;
    }

    /** How long a publish waits for a connection, an answer, or room at the broker. 30 s unless set. */
    public ClientBuilder publishDeadline(Duration value) {
        publishDeadline = positive(value);
        return this;
    }

    /** How much may be sent and not yet answered. 20,000 messages and 16 MiB unless set. */
    public ClientBuilder publishWindow(int messages, long bytes) {
        windowMessages = Math.toIntExact(positive(messages));
        windowBytes = positive(bytes);
        return this;
    }

    /**
     * How much may be unanswered or waiting before publishes fail at once. 200,000 messages and 128 MiB unless set.
     */
    public ClientBuilder publishBacklog(int messages, long bytes) {
        backlogMessages = Math.toIntExact(positive(messages));
        backlogBytes = positive(bytes);
        return this;
    }

    /**
     * Gives each message without id and deduplication key a generated one, so that it can be repeated after an
     * unknown outcome. Off unless set: every key costs the broker a row.
     */
    public ClientBuilder idempotentRetries(boolean value) {
        idempotentRetries = value;
        return this;
    }

    /** How often a ping is sent; a connection silent for twice that long is taken for dead. 15 s unless set. */
    public ClientBuilder heartbeat(Duration value) {
        heartbeat = positive(value);
        return this;
    }

    /** The bounds of the wait before a connection is tried again. 100 ms and 5 s unless set. */
    public ClientBuilder reconnectBackoff(Duration first, Duration longest) {
        reconnectFirst = positive(first);
        reconnectLongest = positive(longest);
        return this;
    }

    /** What is spoken with the broker. {@link WireProtocol#BINARY} unless set; both mean the same. */
    public ClientBuilder wireProtocol(WireProtocol value) {
        wireProtocol = Objects.requireNonNull(value, "wireProtocol");
        return this;
    }

    /** How what is published is compressed. {@link Compression#NONE} unless set; needs {@link WireProtocol#BINARY}. */
    public ClientBuilder compression(Compression value) {
        compression = Objects.requireNonNull(value, "compression");
        return this;
    }

    /**
     * Makes the client; it connects when it is first used.
     *
     * @throws IllegalStateException if it has no URL of a broker
     * @throws IllegalArgumentException if the protocol cannot carry what is compressed
     */
    public PostriderClient build() {
        if (brokers.isEmpty()) {
            throw new IllegalStateException("A client needs the URL of a broker");
        }
        List<Endpoint> endpoints = new ArrayList<>();
        brokers.forEach(url -> endpoints.add(new Endpoint(url, apiKey)));
        Collections.shuffle(endpoints);
        PublishLimits limits = new PublishLimits(
                publishDeadline, windowMessages, windowBytes, backlogMessages, backlogBytes, idempotentRetries);
        LinkTiming timing = new LinkTiming(heartbeat, reconnectFirst, reconnectLongest);
        Wire wire = new Wire(wireProtocol, compression);
        return SessionClient.create(endpoints, vertx, mapper, limits, timing, wire);
    }

    private static Duration positive(Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("Must be positive, was " + value);
        }
        return value;
    }

    private static long positive(long value) {
        if (value <= 0) {
            throw new IllegalArgumentException("Must be positive, was " + value);
        }
        return value;
    }
}
