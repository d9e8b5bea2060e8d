package dev.postrider.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several relays and several writers on one outbox, while publishes fail before and after the broker has stored them,
 * single records are refused, and the database ends the relays' sessions at any moment. Whatever happens: what was
 * committed arrives once, what was rolled back never, and each key's records in the order of their commits.
 */
class OutboxFaultTest {
    private static final int WRITERS = 3;
    private static final int KEYS_PER_WRITER = 4;
    private static final int TRANSACTIONS_PER_WRITER = 60;
    private static final Duration SHORT = Duration.ofMillis(5);

    private final OutboxDatabase database = OutboxDatabase.withTables();
    private final RecordingBroker broker = new RecordingBroker();
    private final Map<String, List<String>> committed = new ConcurrentHashMap<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void nothingIsLostInventedOrOvertaken(long seed) throws Exception {
        Faults faults = new Faults(new Random(seed));
        broker.before(faults::before).after(faults::after);
        List<OutboxRelay> relays = IntStream.range(0, 3).mapToObj(i -> relay()).toList();
        relays.forEach(OutboxRelay::start);
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Future<Void>> written = IntStream.range(0, WRITERS)
                    .mapToObj(writer -> writers.submit(() -> write(writer, new Random(seed * 31 + writer))))
                    .toList();
            for (Future<Void> each : written) {
                each.get();
            }
            await("seed " + seed).atMost(Duration.ofSeconds(60)).until(() -> database.count("outbox") == 0);
        } finally {
            writers.shutdownNow();
            relays.forEach(OutboxRelay::close);
        }
        assertThat(arrived()).as("seed %d", seed).isEqualTo(committed);
        assertThat(broker.repeats()).as("faults happened").isPositive();
    }

    private OutboxRelay relay() {
        return OutboxRelay.builder(database, broker)
                .batchRecords(7)
                .pollInterval(SHORT)
                .backoff(SHORT, SHORT)
                .retry(SHORT, SHORT)
                .attemptsMax(1_000)
                .build();
    }

    /** Each key has one writer, so that the order of its commits is known; one transaction in five rolls back. */
    private Void write(int writer, Random random) throws SQLException {
        try (Connection connection = database.open()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < TRANSACTIONS_PER_WRITER; i++) {
                String key = "key-" + writer + "-" + random.nextInt(KEYS_PER_WRITER);
                List<String> texts = new ArrayList<>();
                for (int n = random.nextInt(3); n >= 0; n--) {
                    String text = key + ":" + i + "." + n;
                    JdbcOutbox.write(
                            connection, OutboxRecord.text("mails", text).withKey(key));
                    texts.add(text);
                }
                if (random.nextInt(5) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                    committed.computeIfAbsent(key, k -> new ArrayList<>()).addAll(texts);
                }
            }
        }
        return null;
    }

    private Map<String, List<String>> arrived() {
        return broker.stored().stream()
                .collect(Collectors.groupingBy(
                        record -> record.key().orElseThrow(),
                        Collectors.mapping(RecordingBroker::text, Collectors.toList())));
    }

    /** Decides by seed what goes wrong with a publish; what threads make of it is theirs. */
    private final class Faults {
        private final Random random;

        private Faults(Random random) {
            this.random = random;
        }

        private synchronized int roll(int sides) {
            return random.nextInt(sides);
        }

        private void before(List<OutboxRecord> records) {
            switch (roll(12)) {
                case 0 -> throw new IllegalStateException("the broker is away");
                case 1 -> throw new OutboxPublisher.RefusedException(OutboxPublisher.Scope.QUEUE, "full", null);
                case 2, 3 -> throw new OutboxPublisher.RefusedException(OutboxPublisher.Scope.RECORD, "poison", null);
                default -> Thread.yield();
            }
        }

        private void after(List<OutboxRecord> records) {
            switch (roll(15)) {
                case 0 -> throw new IllegalStateException("the answer is lost");
                case 1 -> endSessionsInTransaction();
                default -> Thread.yield();
            }
        }

        /** The relays' sessions idle in a transaction while they publish; the writers' are spared. */
        private void endSessionsInTransaction() {
            database.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                    + " where datname = current_database() and state = 'idle in transaction'"
                    + " and query like '%from outbox%'");
        }
    }
}
