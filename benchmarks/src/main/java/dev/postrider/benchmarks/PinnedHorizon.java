package dev.postrider.benchmarks;

import dev.postrider.benchmarks.broker.BrokerUnderTest;
import dev.postrider.client.PostriderClient;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * What a snapshot that somebody holds does to the broker: half of the peak load, first without, then under an idle
 * {@code REPEATABLE READ} transaction, then after its end. Messages are published to one broker and consumed from
 * another, so that each chunk has to be claimed.
 *
 * <p>Arguments: minutes to hold the snapshot (30), minutes before (3), minutes after (5), bytes of a body (100).
 */
public final class PinnedHorizon {
    private static final String QUEUE = "pinned";
    private static final int SAMPLE_SECONDS = 10;
    private static final int PEAK_SECONDS = 40;

    private final EmbeddedPostgres database;
    private final BrokerUnderTest consumed;
    private final SteadyLoad load;
    private final StolenTime stolen = new StolenTime();
    private long settledBefore;
    private long sampledNanos = System.nanoTime();

    private PinnedHorizon(EmbeddedPostgres database, BrokerUnderTest consumed, SteadyLoad load) {
        this.database = database;
        this.consumed = consumed;
        this.load = load;
    }

    /** What ten seconds looked like. */
    private record Sample(
            double perSecond,
            double claimP50Millis,
            double claimP99Millis,
            double latencyP50Millis,
            double latencyP99Millis,
            double databaseMegabytes,
            double liveMegabytes,
            double slices,
            double stolenPercent) {}

    public static void main(String[] arguments) throws IOException, SQLException {
        int heldMinutes = argument(arguments, 0, 30);
        int beforeMinutes = argument(arguments, 1, 3);
        int afterMinutes = argument(arguments, 2, 5);
        int bodyBytes = argument(arguments, 3, 100);
        Path directory = Files.createTempDirectory("postrider-benchmark");
        try (EmbeddedPostgres database = EmbeddedPostgres.start(EmbeddedPostgresOptions.in(directory.resolve("pg")));
                BrokerUnderTest published = BrokerUnderTest.start(directory, "published", database.url());
                BrokerUnderTest consumed = BrokerUnderTest.start(directory, "consumed", database.url());
                PostriderClient producer =
                        PostriderClient.builder().url(published.url()).build();
                PostriderClient consumer =
                        PostriderClient.builder().url(consumed.url()).build();
                SteadyLoad load = new SteadyLoad(producer, consumer, QUEUE, bodyBytes)) {
            new PinnedHorizon(database, consumed, load).run(beforeMinutes, heldMinutes, afterMinutes);
        }
        System.exit(0);
    }

    private static int argument(String[] arguments, int index, int otherwise) {
        return index < arguments.length ? Integer.parseInt(arguments[index]) : otherwise;
    }

    private void run(int beforeMinutes, int heldMinutes, int afterMinutes) throws SQLException {
        System.out.println("| phase | messages/s | claim p50 / p99 ms | end to end p50 / p99 ms | database MB, max"
                + " | database MB, end | live MB, end | slices, max | CPU stolen |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        load.rate(Double.MAX_VALUE);
        List<Sample> peak = samples(PEAK_SECONDS);
        print("peak", peak);
        double half = median(peak.subList(1, peak.size()), Sample::perSecond) / 2;
        load.rate(0);
        while (load.isBehind()) {
            samples(SAMPLE_SECONDS);
        }
        load.rate(half);
        samples(2 * SAMPLE_SECONDS);
        print("half of it, no snapshot", samples(beforeMinutes * 60));
        try (Connection holder = connect();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            holder.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            statement.execute("select 1");
            int third = Math.max(SAMPLE_SECONDS, heldMinutes * 20);
            print("snapshot held, first third", samples(third));
            print("snapshot held, second third", samples(third));
            print("snapshot held, last third", samples(third));
            System.out.println("Horizon by the metric: "
                    + Math.round(consumed.metric("postrider_database_horizon_seconds")) + " s");
        }
        print("after its end", samples(afterMinutes * 60));
        load.rate(0);
        print("at rest", samples(120));
        System.out.println("Failed publishes and acks: " + load.failures());
    }

    private List<Sample> samples(int seconds) throws SQLException {
        List<Sample> samples = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(SAMPLE_SECONDS));
            samples.add(sample());
        }
        return samples;
    }

    private Sample sample() throws SQLException {
        long now = System.nanoTime();
        long settled = load.settled();
        double perSecond = (settled - settledBefore) * 1e9 / (now - sampledNanos);
        settledBefore = settled;
        sampledNanos = now;
        Histogram latencies = load.takeLatencies();
        try (Connection connection = connect()) {
            return new Sample(
                    perSecond,
                    1_000 * consumed.metric("postrider_claim_seconds{quantile=\"0.5\"}"),
                    1_000 * consumed.metric("postrider_claim_seconds{quantile=\"0.99\"}"),
                    latencies.getValueAtPercentile(50) / 1_000.0,
                    latencies.getValueAtPercentile(99) / 1_000.0,
                    number(connection, "select pg_database_size(current_database())") / 1e6,
                    number(connection, "select coalesce(sum(byte_count), 0) from delivery") / 1e6,
                    number(connection, "select count(*) from slice"),
                    stolen.percentSinceLast());
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
    }

    private static double number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getDouble(1);
        }
    }

    private static void print(String phase, List<Sample> samples) {
        Sample last = samples.get(samples.size() - 1);
        System.out.printf(
                Locale.ROOT,
                "| %s | %,.0f | %.2f / %.2f | %.1f / %.1f | %.0f | %.0f | %.1f | %.0f | %.0f %% |%n",
                phase,
                median(samples, Sample::perSecond),
                median(samples, Sample::claimP50Millis),
                median(samples, Sample::claimP99Millis),
                median(samples, Sample::latencyP50Millis),
                median(samples, Sample::latencyP99Millis),
                samples.stream().mapToDouble(Sample::databaseMegabytes).max().orElse(0),
                last.databaseMegabytes(),
                last.liveMegabytes(),
                samples.stream().mapToDouble(Sample::slices).max().orElse(0),
                samples.stream().mapToDouble(Sample::stolenPercent).average().orElse(0));
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        List<Double> sorted = samples.stream()
                .map(figure::applyAsDouble)
                .sorted(Comparator.naturalOrder())
                .toList();
        return sorted.get(sorted.size() / 2);
    }
}
