package dev.postrider.broker.store.postgres;

import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.commit;
import static dev.postrider.broker.store.StoreFixture.settling;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.store.Await;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.MessageStore;
import dev.postrider.broker.store.Settlement;
import dev.postrider.broker.store.StoreFixture;
import dev.postrider.broker.store.postgres.statement.ClaimDeliveries;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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
                                + " where relname in ('chunk', 'delivery', 'dead_letter', 'deduplication')"
                                + " and n_tup_ins > 0 and n_tup_ins = n_tup_del"),
                sum -> !"0".equals(sum));
        assertThat(Integer.parseInt(rowsEver)).isBetween(40, 100);
        assertThat(TestServer.query(POSTGRES.url(), "select count(*) from chunk"))
                .isEqualTo("0");
    }

    @Test
    void aClaimWalksThePartialIndexWhateverTheStatisticsSay() {
        String plan = TestServer.explain(
                POSTGRES.url(),
                List.of(
                        "enable_seqscan=off",
                        "enable_hashjoin=off",
                        "enable_mergejoin=off",
                        "plan_cache_mode=force_generic_plan"),
                ClaimDeliveries.SQL,
                "int, bigint, bigint, int, bigint",
                "1, 2, 3, 4, 5");

        assertThat(plan.split("Index Scan using delivery_ready", -1)).hasSize(3);
        assertThat(plan)
                .contains("ROW((- ")
                .doesNotContain("Seq Scan on delivery")
                .doesNotContain("Sort Key: delivery");
    }

    private static List<ClaimedDelivery> claim(MessageStore store, int queue) {
        return Await.result(store.claim(queue, 1, 700));
    }
}
