package dev.postrider.benchmarks.features;

import dev.postrider.benchmarks.broker.BrokerUnderTest;
import dev.postrider.client.PostriderClient;
import dev.postrider.client.QueueOptions;
import dev.postrider.embedded.EmbeddedPostgres;
import dev.postrider.embedded.EmbeddedPostgresOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Brokers on one new database, and their clients. Gone with its data when it is closed. */
final class Replicas implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path directory = Files.createTempDirectory("postrider-features");
    private final EmbeddedPostgres database;
    private final List<BrokerUnderTest> brokers = new ArrayList<>();
    private final List<PostriderClient> clients = new ArrayList<>();

    private Replicas() throws IOException {
        // The server's programs take seconds to unpack: once, and not for each part anew.
        Path programs = Path.of(System.getProperty("postrider.benchmarks", "benchmarks/target"), "postgresql");
        database = EmbeddedPostgres.start(
                EmbeddedPostgresOptions.in(directory.resolve("pg")).withBinariesDirectory(programs));
    }

    static Replicas start(int count) throws IOException {
        Replicas replicas = new Replicas();
        try {
            for (int i = 0; i < count; i++) {
                replicas.brokers.add(
                        BrokerUnderTest.launch(replicas.directory, "broker-" + i, replicas.database.url()));
            }
            for (BrokerUnderTest broker : replicas.brokers) {
                broker.awaitReady();
            }
            return replicas;
        } catch (IOException e) {
            replicas.close();
            throw e;
        }
    }

    int size() {
        return brokers.size();
    }

    BrokerUnderTest broker(int index) {
        return brokers.get(index);
    }

    /** A client of one broker alone. */
    PostriderClient client(int broker) {
        return keep(PostriderClient.builder().url(brokers.get(broker).url()).build());
    }

    /** A client that goes on with another broker when its own dies, and repeats what has no answer. */
    PostriderClient clientOfAll() {
        return keep(ofAll());
    }

    private PostriderClient ofAll() {
        return PostriderClient.builder()
                .brokers(brokers.stream().map(BrokerUnderTest::url).toList())
                .idempotentRetries(true)
                .build();
    }

    private synchronized PostriderClient keep(PostriderClient client) {
        clients.add(client);
        return client;
    }

    /** Creates the queue, or replaces its settings. */
    void putQueue(String queue, QueueOptions options) {
        try (PostriderClient client = ofAll()) {
            client.putQueue(queue, options).await().atMost(LIMIT);
        }
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
    }

    /** The one number that the query answers; 0 if it answers none. */
    double number(String query) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getDouble(1) : 0;
        }
    }

    /** Chunks and deliveries that there are. */
    double rows() throws SQLException {
        return number("select (select count(*) from chunk) + (select count(*) from delivery)");
    }

    @Override
    public void close() {
        clients.forEach(PostriderClient::close);
        try {
            for (BrokerUnderTest broker : brokers) {
                broker.kill();
            }
        } catch (IOException e) {
            System.err.println(e.getMessage());
        }
        database.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            System.err.println(directory + " is left over: " + e);
        }
    }
}
