package dev.postrider.outbox;

import dev.postrider.outbox.ClaimRows.Claimed;
import dev.postrider.outbox.ClaimRows.RowKey;
import dev.postrider.outbox.LoadRecords.Loaded;
import dev.postrider.outbox.OutboxPublisher.RefusedException;
import dev.postrider.outbox.OutboxPublisher.Scope;
import dev.postrider.outbox.RecordFailures.Failure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * One transaction of a relay: claim rows, publish them, delete what the broker confirmed, note down what it refused.
 * Whatever ends the transaction early leaves the rows as they were; they are published again under the same ids.
 */
final class RelayPass {
    private final Connection connection;
    private final OutboxPublisher publisher;
    private final RelaySettings settings;
    private final Jitter jitter;
    private final HeldQueues heldQueues;
    private final Map<UUID, Claimed> rows = new HashMap<>();
    private final Set<RowKey> heldKeys = new HashSet<>();
    private final List<UUID> confirmed = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();
    private final Set<String> openQueues = new HashSet<>();
    private final Map<String, RuntimeException> refusedQueues = new LinkedHashMap<>();
    private RuntimeException brokerFailure;

    RelayPass(
            Connection connection,
            OutboxPublisher publisher,
            RelaySettings settings,
            Jitter jitter,
            HeldQueues heldQueues) {
        this.connection = connection;
        this.publisher = publisher;
        this.settings = settings;
        this.jitter = jitter;
        this.heldQueues = heldQueues;
    }

    /**
     * What a pass did.
     *
     * @param full the batch's bounds ended the selection: there may be more
     * @param openQueues which took what they were given
     * @param refusedQueues which take nothing now, and why
     * @param brokerFailure why publishing was given up, or null
     */
    record Result(
            int published,
            int refused,
            int parked,
            boolean full,
            Set<String> openQueues,
            Map<String, RuntimeException> refusedQueues,
            RuntimeException brokerFailure) {}

    /** Runs in the connection's transaction; the caller commits. */
    Result run(int limit) throws SQLException {
        Set<String> held = heldQueues.at(System.nanoTime());
        RowSelection selection = RowSelection.claim(connection, held, limit, settings.batchBytes());
        selection.rows().forEach(row -> rows.put(row.id(), row));
        if (!rows.isEmpty()) {
            publishAll(readable(LoadRecords.run(connection, rows.keySet())));
            DeleteRows.run(connection, confirmed);
            RecordFailures.run(connection, failures);
        }
        int parked = (int) failures.stream().filter(Failure::parked).count();
        return new Result(
                confirmed.size(),
                failures.size(),
                parked,
                selection.isFull(),
                openQueues,
                refusedQueues,
                brokerFailure);
    }

    /** What is not a record at all counts as refused, or it would stop the relay for good. */
    private List<OutboxRecord> readable(List<Loaded> loaded) {
        loaded.stream().filter(row -> row.record() == null).forEach(row -> refuse(row.id(), row.error()));
        return loaded.stream().map(Loaded::record).filter(Objects::nonNull).toList();
    }

    private void publishAll(List<OutboxRecord> records) {
        Map<String, List<OutboxRecord>> byTarget = records.stream()
                .collect(Collectors.groupingBy(OutboxRecord::target, LinkedHashMap::new, Collectors.toList()));
        // Half of the time is left for the last publish to end and for the delete.
        long deadline = System.nanoTime() + settings.transactionTimeout().toNanos() / 2;
        for (Map.Entry<String, List<OutboxRecord>> target : byTarget.entrySet()) {
            if (brokerFailure != null || System.nanoTime() - deadline > 0) {
                return;
            }
            publishTarget(target.getKey(), target.getValue());
        }
    }

    private void publishTarget(String target, List<OutboxRecord> records) {
        int batch = heldQueues.batch(target, records.size());
        try {
            for (int first = 0; first < records.size(); first += batch) {
                publish(records.subList(first, Math.min(first + batch, records.size())));
            }
            openQueues.add(target);
        } catch (RefusedException e) {
            refusedQueues.put(target, e);
        } catch (RuntimeException e) {
            brokerFailure = e;
        }
    }

    /** Publishes the records; a refusal of one among them is narrowed down by halves, which keeps their order. */
    private void publish(List<OutboxRecord> records) {
        List<OutboxRecord> open =
                records.stream().filter(record -> !isHeld(record)).toList();
        if (open.isEmpty()) {
            return;
        }
        try {
            publisher.publish(open.get(0).queue(), open);
            open.forEach(record -> confirmed.add(record.id()));
        } catch (RefusedException e) {
            if (e.scope() == Scope.QUEUE) {
                throw e;
            }
            if (open.size() == 1) {
                refuse(open.get(0).id(), e.getMessage());
                return;
            }
            publish(open.subList(0, open.size() / 2));
            publish(open.subList(open.size() / 2, open.size()));
        }
    }

    private void refuse(UUID id, String error) {
        Claimed row = rows.get(id);
        int attempts = row.attempts() + 1;
        boolean parked = attempts >= settings.attemptsMax();
        Duration pause = jitter.spread(settings.retry().after(attempts));
        failures.add(new Failure(row, error, pause, parked));
        if (!parked && row.key() != null) {
            heldKeys.add(row.key());
        }
    }

    private boolean isHeld(OutboxRecord record) {
        return record.key()
                .map(key -> heldKeys.contains(new RowKey(record.target(), key)))
                .orElse(false);
    }
}
