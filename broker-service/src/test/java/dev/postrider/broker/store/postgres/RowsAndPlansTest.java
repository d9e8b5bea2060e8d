package dev.postrider.broker.store.postgres;

import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.commit;
import static dev.postrider.broker.store.StoreFixture.settling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.postrider.broker.store.Await;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.MessageStore;
import dev.postrider.broker.store.Settlement;
import dev.postrider.broker.store.StoreFixture;
import dev.postrider.broker.store.postgres.statement.ClaimDeliveries;
import dev.postrider.broker.store.postgres.statement.ClaimFair;
import dev.postrider.broker.store.postgres.statement.ReleaseDeliveries;
import dev.postrider.broker.store.postgres.statement.ShedDeliveries;
import dev.postrider.broker.store.postgres.statement.WriteTogether;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the hot path costs the database: rows and index use. */
class RowsAndPlansTest {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    @Test
    void tenThousandMessagesThatSucceedNeverHaveARowEach() {
        MessageStore store = POSTGRES.storage().messages();
        int queue = StoreFixture.newQueue(POSTGRES.storage().queues());
        for (int i = 0; i < 20; i++) {
            Await.result(commit(store, appending(chunk(queue, 500))));
        }
        for (List<ClaimedDelivery> claimed = claim(store, queue); !claimed.isEmpty(); claimed = claim(store, queue)) {
            Settlement[] finished = claimed.stream().map(StoreFixture::finish).toArray(Settlement[]::new);
            Await.result(commit(store, settling(1, finished)));
        }

        String rowsEver = Await.until(
                () -> TestServer.query(
                        POSTGRES.url(),
                        "select coalesce(sum(n_tup_ins), 0) from pg_stat_user_tables"
                                + " where relname ~ '^(chunk|delivery)_|^dead_letter$|^deduplication$'"
                                + " and n_tup_ins > 0"),
                sum -> Integer.parseInt(sum) >= 40);
        assertThat(Integer.parseInt(rowsEver)).isBetween(40, 100);
        assertThat(TestServer.query(POSTGRES.url(), "select count(*) from delivery where queue_id = " + queue))
                .isEqualTo("0");
    }

    @Test
    void aClaimWalksThePartialIndexWhateverTheStatisticsSay() {
        String plan = explain(
                ClaimDeliveries.SQL,
                "int, bigint, bigint, int, bigint, int[], bigint[]",
                "1, 2, 3, 4, 5, '{-1,0}', '{0,0}'");

        assertThatItWalks(plan, "delivery_kept_queue_id_expr_chunk_id_first_idx");
    }

    @Test
    void aClaimOfAFairQueueWalksTheIndexOfPlaces() {
        String plan = explain(ClaimFair.SQL, "int, bigint, bigint, int, bigint", "1, 2, 3, 4, 5");

        assertThatItWalks(plan, "delivery_kept_queue_id_part_place_first_idx");
    }

    @ParameterizedTest
    @MethodSource("statements")
    void aSettlementFindsItsDeliveryByItsKeyHoweverManyItsBrokerHolds(String sql, String types, String values) {
        String plan = explain(sql, types, values);

        assertThat(plan)
                .as("the kept ones and those of each slice")
                .contains("Index Scan using delivery_kept_pkey")
                .containsPattern("Index Scan using delivery_\\d+t\\d+_pkey")
                .doesNotContain("owner_queue_id_idx")
                .doesNotContain("Seq Scan on delivery");
    }

    static Stream<Arguments> statements() {
        String keys = "bigint, bigint[], int[], int[], int[], int[]";
        String keyValues = "1, '{2}', '{3}', '{4}', '{5}', '{6}'";
        String deliveries = "bigint[], int[], int[], int[], int[], int[], bigint[], bigint[], bigint[], bytea[], int[],"
                + " int[], boolean[], bigint[]";
        String bitmaps = "bigint, bigint[], int[], int[], bytea[], int[], int[], int[]";
        String values = "1, '{2}', '{3}', '{4}', null, '{5}', '{6}', '{7}'";
        return Stream.of(
                arguments(WriteTogether.sql(2, 0, 0, 0), keys, keyValues),
                arguments(WriteTogether.sql(0, 2, 0, 0), bitmaps, values),
                arguments(WriteTogether.sql(2, 2, 0, 0), keys + ", " + bitmaps, keyValues + ", " + values),
                arguments(
                        WriteTogether.sql(2, 2, 2, 2),
                        String.join(", ", keys, bitmaps, deliveries, "bigint[], bytea[], int[]"),
                        keyValues + ", " + values + ", null".repeat(17)),
                arguments(ReleaseDeliveries.sql(2), bitmaps, values),
                arguments(
                        ShedDeliveries.sql(2),
                        bitmaps + ", int[], int[], bytea[], int[]",
                        values + ", null, null, null, null"));
    }

    @ParameterizedTest
    @MethodSource("statementsOfOneRow")
    void aSettlementOfOneDeliveryOpensItsSliceAlone(String sql, String types, String values) {
        String plan = explain(sql, types, values);

        assertThat(plan)
                .as("of a kept one, whose id is negative")
                .contains("Index Scan using delivery_kept_pkey")
                .containsPattern("Subplans Removed: \\d+")
                .doesNotContainPattern("delivery_\\d+t\\d+_pkey")
                .doesNotContain("Function Scan on t")
                .doesNotContain("Seq Scan on delivery");
    }

    static Stream<Arguments> statementsOfOneRow() {
        String keys = "bigint, bigint, int, int, int, int";
        String keyValues = "1, -2, 3, 4, 5, 6";
        String bitmaps = "bigint, bigint, int, int, bytea, int, int, int";
        String values = "1, -2, 3, 4, null, 5, 6, 7";
        String stored = "bigint, int, int, int, int, int, bigint, bigint, bigint, bytea, int, int, boolean, bigint,"
                + " bigint, bytea, int";
        return Stream.of(
                arguments(WriteTogether.sql(1, 0, 0, 0), keys, keyValues),
                arguments(WriteTogether.sql(0, 1, 0, 0), bitmaps, values),
                arguments(
                        WriteTogether.sql(1, 1, 1, 1),
                        String.join(", ", keys, bitmaps, stored),
                        keyValues + ", " + values + ", null".repeat(17)),
                arguments(ReleaseDeliveries.sql(1), bitmaps, values),
                arguments(
                        ShedDeliveries.sql(1),
                        bitmaps + ", int, int, bytea, int",
                        values + ", null, null, null, null"));
    }

    @Test
    void theHotPathIsPlannedOnce() {
        Database hot = Database.hot(
                POSTGRES.vertx(),
                POSTGRES.url(),
                DatabaseSettings.DEFAULTS,
                new Brake(
                        POSTGRES.vertx(),
                        Database.hosts(POSTGRES.vertx(), POSTGRES.url(), DatabaseSettings.DEFAULTS, new HashMap<>())));
        try {
            String mode = Await.result(hot.ask(connection ->
                            connection.query("show plan_cache_mode").execute()))
                    .iterator()
                    .next()
                    .getString(0);
            assertThat(mode).isEqualTo("force_generic_plan");
        } finally {
            Await.result(hot.close());
        }
    }

    /** With slices that are there but empty, as they are when plans are made. */
    private static String explain(String sql, String types, String values) {
        MessageStore store = POSTGRES.storage().messages();
        int queue = StoreFixture.newQueue(POSTGRES.storage().queues());
        Await.result(commit(store, appending(chunk(queue, 1))));
        return TestServer.explain(
                POSTGRES.url(),
                Database.PLANS.entrySet().stream()
                        .map(setting -> setting.getKey() + "=" + setting.getValue())
                        .toList(),
                sql,
                types,
                values);
    }

    private static void assertThatItWalks(String plan, String index) {
        assertThat(plan.split("Index Scan using " + index, -1))
                .as("the first step and the next")
                .hasSize(3);
        assertThat(plan)
                .as("the update, by key")
                .containsPattern("Index Scan using delivery_kept_pkey on .*\\n *Index Cond: .*chunk_id = ")
                .doesNotContainPattern("_pkey on .*\\n *Index Cond: \\(queue_id = \\$1\\)");
        assertThat(plan)
                .doesNotContain("Seq Scan on delivery")
                .doesNotContain("Bitmap")
                .doesNotContainPattern("Sort  \\(.*\\n *Sort Key: delivery");
    }

    private static List<ClaimedDelivery> claim(MessageStore store, int queue) {
        return Await.result(store.claim(queue, 1, 700));
    }
}
