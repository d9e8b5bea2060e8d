package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.Settlement;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What most commits write, as one statement: deliveries that are finished, progress of others, new chunks with what is
 * owed of them. A commit of nothing else needs neither BEGIN nor COMMIT and is one question with one answer. Each
 * answer wakes up both sides, which at a low rate is a good part of what a commit costs them.
 *
 * <p>{@link DeleteUnowedChunks} must follow for what is finished.
 */
public final class WriteTogether {
    private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)");
    private static final String KEYS = "select chunk_id, queue_id, first from ";

    /** By {@link #number}. */
    private static final String[] STATEMENTS = new String[8];

    static {
        for (int number = 1; number < STATEMENTS.length; number++) {
            STATEMENTS[number] = compose((number & 1) != 0, (number & 2) != 0, (number & 4) != 0);
        }
    }

    private WriteTogether() {}

    private static int number(boolean finishes, boolean progresses, boolean stores) {
        return (finishes ? 1 : 0) | (progresses ? 2 : 0) | (stores ? 4 : 0);
    }

    /** What is sent; at least one is true. */
    public static String sql(boolean finishes, boolean progresses, boolean stores) {
        return STATEMENTS[number(finishes, progresses, stores)];
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
            FinishDeliveries.addTo(parameters, owner, finished);
        }
        if (!progressed.isEmpty()) {
            DeliveryKey.addBitmaps(parameters, owner, progressed);
        }
        if (!chunks.isEmpty()) {
            InsertDeliveries.addTo(parameters, chunks);
            InsertChunks.addTo(parameters, chunks);
        }
        List<Settlement> settlements = new ArrayList<>(finished);
        settlements.addAll(progressed);
        String sql = sql(!finished.isEmpty(), !progressed.isEmpty(), !chunks.isEmpty());
        return DeliveryKey.missing(client.preparedQuery(sql).execute(parameters), settlements);
    }

    // Tables are locked in the order of the parts, those of the statement proper, were there any, before or after them:
    // so nothing is written there. Deliveries come before chunks as everywhere, since the dropping of slices locks
    // both.
    private static String compose(boolean finishes, boolean progresses, boolean stores) {
        if (!stores && finishes != progresses) {
            return finishes ? FinishDeliveries.SQL : WriteProgress.SQL;
        }
        List<String> parts = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        int parameters = 0;
        if (finishes) {
            parts.add("finished as (" + FinishDeliveries.SQL + ")");
            answers.add(KEYS + "finished");
            parameters += FinishDeliveries.PARAMETERS;
        }
        if (progresses) {
            parts.add("progressed as (" + shifted(WriteProgress.SQL, parameters) + ")");
            answers.add(KEYS + "progressed");
            parameters += DeliveryKey.BITMAPS_PARAMETERS;
        }
        if (stores) {
            parts.add("owed as (" + shifted(InsertDeliveries.SQL, parameters) + ")");
            parameters += InsertDeliveries.PARAMETERS;
            parts.add("stored as (" + shifted(InsertChunks.SQL, parameters) + ")");
        }
        if (answers.isEmpty()) {
            answers.add("select 0 where false");
        }
        return "with " + String.join(", ", parts) + " " + String.join(" union all ", answers);
    }

    private static String shifted(String sql, int by) {
        return PARAMETER.matcher(sql).replaceAll(found -> "\\$" + (Integer.parseInt(found.group(1)) + by));
    }
}
