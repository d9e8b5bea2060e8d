package dev.postrider.broker.simulation.model;

import dev.postrider.broker.store.CommitBatch;
import dev.postrider.broker.store.CommitResult;
import dev.postrider.broker.store.DeadLetterStore.DeadLetter;
import dev.postrider.broker.store.FairPlace;
import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.NewDeadLetter;
import dev.postrider.broker.store.NewDelivery;
import dev.postrider.broker.store.Settlement;
import dev.postrider.broker.store.Settlement.Kind;
import dev.postrider.broker.store.StoreException;
import dev.postrider.protocol.record.MessageRecord;
import java.util.HashSet;
import java.util.Set;

/** The statements that a commit is made of. */
public class Commits {
    protected final Tables tables;

    protected Commits(Tables tables) {
        this.tables = tables;
    }

    /** Everything or nothing. */
    protected CommitResult apply(CommitBatch batch) {
        for (NewChunk chunk : batch.chunks()) {
            if (tables.chunks.containsKey(chunk.id())) {
                throw new StoreException(StoreException.Outcome.NOT_STORED, "Chunk " + chunk.id() + " is there", null);
            }
        }
        Set<Settlement> lost = new HashSet<>();
        for (Settlement settlement : batch.settlements()) {
            if (find(batch.owner(), settlement) == null) {
                lost.add(settlement);
            }
        }
        boolean complete = tables.letters.keySet().containsAll(batch.redriven());
        if (batch.guarded() && (!lost.isEmpty() || !complete)) {
            return new CommitResult(false, lost);
        }
        for (Settlement settlement : batch.settlements()) {
            if (!lost.contains(settlement)) {
                Row row = find(batch.owner(), settlement);
                if (row == null) {
                    lost.add(settlement); // Another one of the same row came before it.
                } else {
                    settle(row, settlement);
                }
            }
        }
        tables.dropUnowedChunks(batch.settlements().stream()
                .filter(settlement -> settlement.kind() == Kind.FINISH)
                .map(Settlement::chunkId)
                .toList());
        batch.redriven().forEach(tables.letters::remove);
        batch.chunks().forEach(this::append);
        batch.deadLetters().forEach(this::bury);
        return new CommitResult(true, lost, new DropOldest(tables).apply(batch.excess()));
    }

    /** The row that a settlement means; null: this owner has none, or not as it thinks. */
    private Row find(long owner, Settlement settlement) {
        Row row = tables.deliveries.get(new Row.Key(settlement.chunkId(), settlement.queueId(), settlement.first()));
        return row != null && isOwned(row, owner, settlement) && isAsExpected(row, settlement) ? row : null;
    }

    protected boolean isOwned(Row row, long owner, Settlement settlement) {
        return row.owner == owner && owner != 0;
    }

    protected boolean isAsExpected(Row row, Settlement settlement) {
        return (settlement.settledBefore() < 0 || settlement.settledBefore() == row.settledCount)
                && (settlement.count() < 0 || settlement.count() == row.count);
    }

    private void settle(Row row, Settlement settlement) {
        switch (settlement.kind()) {
            case PROGRESS -> progress(row, settlement);
            case RELEASE -> release(row, settlement);
            case SHED -> shed(row, settlement);
            case FINISH -> tables.delete(row);
            default -> throw new IllegalStateException("Not a kind: " + settlement.kind());
        }
    }

    private static void progress(Row row, Settlement settlement) {
        row.settled = settlement.settled();
        row.settledCount = settlement.settledCount();
    }

    protected void release(Row row, Settlement settlement) {
        progress(row, settlement);
        tables.standBehindTheNext(row);
        row.owner = 0;
    }

    private void shed(Row row, Settlement settlement) {
        progress(row, settlement);
        Row rest = new Row(row, settlement.rest());
        tables.standBehindTheNext(rest);
        tables.deliveries.put(rest.key, rest);
    }

    private void append(NewChunk chunk) {
        tables.chunks.put(chunk.id(), chunk);
        for (NewDelivery delivery : chunk.deliveries()) {
            Row row = new Row(chunk.id(), delivery, place(delivery), tables.nowMillis());
            tables.deliveries.put(row.key, row);
        }
    }

    private long place(NewDelivery delivery) {
        if (delivery.part() < 0) {
            return 0;
        }
        if (FairPlace.isFair(delivery.part())) {
            return delivery.turn().place();
        }
        return delivery.holds()
                ? tables.newId() - Long.MAX_VALUE
                : tables.newId() - delivery.priority() * NewDelivery.PLACES_OF_A_PRIORITY;
    }

    private void bury(NewDeadLetter letter) {
        long id = tables.newId();
        DeadLetter stored = new DeadLetter(
                id,
                storable(letter.record()),
                letter.reason(),
                storable(letter.error()),
                letter.attempts(),
                letter.firstFailedAtMillis(),
                tables.nowMillis());
        tables.letters.put(id, new Tables.Letter(letter.queueId(), stored));
    }

    /** Keeps the columns that the table has. */
    private static MessageRecord storable(MessageRecord record) {
        MessageRecord.Builder kept = MessageRecord.builder()
                .id(storable(record.id()))
                .publishedAtMillis(record.publishedAtMillis())
                .priority(record.priority())
                .contentType(storable(record.contentType()))
                .key(storable(record.key()))
                .topic(storable(record.topic()))
                .body(record.body());
        record.headers().forEach((name, value) -> kept.header(storable(name), storable(value)));
        return kept.build();
    }

    private static String storable(String text) {
        if (text == null) {
            return null;
        }
        StringBuilder storable = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> storable.appendCodePoint(
                        c == 0 || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xfffd : c));
        return storable.toString();
    }
}
