package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.Settlement;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What most commits write, as one statement: deliveries that are finished, progress of others, new chunks with what is
 * owed of them. A commit of nothing else needs neither BEGIN nor COMMIT and is one question with one answer. Each
 * answer wakes up both sides, which at a low rate is a good part of what a commit costs them.
 *
 * <p>{@link DeleteUnowedChunks} must follow for what is finished.
 */
public final class WriteTogether {
    private static final String KEYS = "select chunk_id, queue_id, first from ";

    /** None, one, several: a statement is made for each of these numbers of each list. */
    private static final int NUMBERS = 3;

    /** By {@link #number}; null: not asked for yet. */
    private static final AtomicReferenceArray<String> STATEMENTS =
            new AtomicReferenceArray<>(NUMBERS * NUMBERS * NUMBERS * NUMBERS);

    private WriteTogether() {}

    /** What is sent for lists of these sizes, of which one is not 0; each chunk has a delivery. */
    public static String sql(int finished, int progressed, int deliveries, int chunks) {
        int number = number(number(number(number(0, chunks), deliveries), progressed), finished);
        String sql = STATEMENTS.get(number);
        if (sql == null) {
            sql = compose(finished, progressed, deliveries, chunks);
            STATEMENTS.set(number, sql);
        }
        return sql;
    }

    private static int number(int before, int size) {
        return before * NUMBERS + Math.min(size, NUMBERS - 1);
    }

    /**
     * Writes what there is; one of the lists is not empty.
     *
     * @return the settlements that found no row of this owner
     */
    public static Future<Set<Settlement>> execute(
            SqlClient client,
            long owner,
            List<Settlement> finished,
            List<Settlement> progressed,
            List<NewChunk> chunks) {
        Tuple parameters = Tuple.tuple();
        if (!finished.isEmpty()) {
            FinishDeliveries.ROWS.addTo(parameters.addLong(owner), finished);
        }
        if (!progressed.isEmpty()) {
            DeliveryKey.BITMAPS.addTo(parameters.addLong(owner), progressed);
        }
        List<InsertDeliveries.Owed> owed = InsertDeliveries.Owed.of(chunks);
        if (!chunks.isEmpty()) {
            InsertDeliveries.ROWS.addTo(parameters, owed);
            InsertChunks.ROWS.addTo(parameters, chunks);
        }
        List<Settlement> settlements = new ArrayList<>(finished);
        settlements.addAll(progressed);
        String sql = sql(finished.size(), progressed.size(), owed.size(), chunks.size());
        return DeliveryKey.missing(client.preparedQuery(sql).execute(parameters), settlements);
    }

    // Tables are locked in the order of the parts, those of the statement proper, were there any, before or after them:
    // so nothing is written there. Deliveries come before chunks as everywhere, since the dropping of slices locks
    // both.
    private static String compose(int finished, int progressed, int deliveries, int chunks) {
        if (chunks == 0 && progressed == 0) {
            return FinishDeliveries.sql(finished == 1, 1);
        }
        if (chunks == 0 && finished == 0) {
            return WriteProgress.sql(progressed == 1, 1);
        }
        List<String> parts = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        int next = 1;
        if (finished > 0) {
            parts.add("finished as (" + FinishDeliveries.sql(finished == 1, next) + ")");
            answers.add(KEYS + "finished");
            next += 1 + FinishDeliveries.ROWS.parameters();
        }
        if (progressed > 0) {
            parts.add("progressed as (" + WriteProgress.sql(progressed == 1, next) + ")");
            answers.add(KEYS + "progressed");
            next += 1 + DeliveryKey.BITMAPS.parameters();
        }
        if (chunks > 0) {
            parts.add("owed as (" + InsertDeliveries.sql(deliveries == 1, next) + ")");
            next += InsertDeliveries.ROWS.parameters();
            parts.add("stored as (" + InsertChunks.sql(chunks == 1, next) + ")");
        }
        if (answers.isEmpty()) {
            answers.add("select 0 where false");
        }
        return "with " + String.join(", ", parts) + " " + String.join(" union all ", answers);
    }
}
