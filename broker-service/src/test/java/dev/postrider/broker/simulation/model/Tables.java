package dev.postrider.broker.simulation.model;

import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.store.DeadLetterStore.DeadLetter;
import dev.postrider.broker.store.FairPlace;
import dev.postrider.broker.store.NewChunk;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/** What is committed: every table, and the clock of the server. All maps are sorted, so that a seed replays exactly. */
public final class Tables {
    final TreeMap<Long, NewChunk> chunks = new TreeMap<>();
    final TreeMap<Row.Key, Row> deliveries = new TreeMap<>();
    final TreeMap<KeyPlace, StoredKey> keys = new TreeMap<>();
    final TreeMap<Long, Letter> letters = new TreeMap<>();
    final TreeMap<Integer, QueueDefinition> queues = new TreeMap<>();
    final TreeMap<Long, BrokerRow> brokers = new TreeMap<>();
    final TopicTable topics = new TopicTable(this);
    final TreeMap<Integer, List<Partition>> partitions = new TreeMap<>();
    private final LongSupplier clock;
    long freedRows;
    private long lastId;
    private long startedAtMillis = Long.MIN_VALUE;

    /** Where a deduplication key is stored. */
    record KeyPlace(int queueId, String key) implements Comparable<KeyPlace> {
        @Override
        public int compareTo(KeyPlace other) {
            int byQueue = Integer.compare(queueId, other.queueId);
            return byQueue != 0 ? byQueue : key.compareTo(other.key);
        }
    }

    /** A stored deduplication key. */
    record StoredKey(String messageId, long expiresAtMillis) {}

    /** A row of the table {@code dead_letter}. */
    record Letter(int queueId, DeadLetter letter) {}

    /** A row of the table {@code partition}. */
    static final class Partition {
        long owner;
        long term;
    }

    /** A row of the table {@code broker}. */
    static final class BrokerRow {
        final int slot;
        final String address;
        long heartbeatMillis;
        Map<Integer, Integer> consumers = Map.of();

        BrokerRow(int slot, String address, long heartbeatMillis) {
            this.slot = slot;
            this.address = address;
            this.heartbeatMillis = heartbeatMillis;
        }
    }

    Tables(LongSupplier clock) {
        this.clock = clock;
    }

    long nowMillis() {
        return clock.getAsLong();
    }

    long newId() {
        return ++lastId;
    }

    /** When the server last started: silence of brokers counts from then at the earliest. */
    long startedAtMillis() {
        return startedAtMillis;
    }

    void restarted() {
        startedAtMillis = nowMillis();
    }

    /** Ready rows of a queue that no transaction has locked, by priority, then age. */
    List<Row> claimable(int queueId) {
        List<Row> ready = new ArrayList<>();
        for (Row row : deliveries.values()) {
            if (row.key.queueId() == queueId && row.isReady() && !row.locked) {
                ready.add(row);
            }
        }
        ready.sort((a, b) -> a.priority != b.priority ? b.priority - a.priority : a.key.compareTo(b.key));
        return ready;
    }

    /** Of those, the ones with a turn in a fair queue, by priority, then place. */
    List<Row> claimableInTurn(int queueId) {
        List<Row> ready = claimable(queueId);
        ready.removeIf(row -> !FairPlace.isFair(row.part));
        ready.sort(Comparator.comparingInt((Row row) -> row.part)
                .thenComparingLong(row -> row.place)
                .thenComparingInt(row -> row.key.first()));
        return ready;
    }

    /** The lowest place of a ready row in that part of a queue; null: there is none. */
    Long frontOf(int queueId, int part) {
        return deliveries.values().stream()
                .filter(row -> row.key.queueId() == queueId && row.part == part && row.isReady())
                .map(row -> row.place)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    /** The place of a row that becomes ready again: behind who is next by now. */
    void standBehindTheNext(Row row) {
        if (FairPlace.isFair(row.part)) {
            Long front = frontOf(row.key.queueId(), row.part);
            row.place = Math.max(row.place, front == null ? FairPlace.ofMillis(nowMillis()) : front + 1);
        }
    }

    /** Deletes the row; its chunk has to be looked at with {@link #dropUnowedChunks}. */
    void delete(Row row) {
        deliveries.remove(row.key);
    }

    /** Deletes those of the chunks that no row owes. Answers how many went. */
    long dropUnowedChunks(Collection<Long> chunkIds) {
        long dropped = 0;
        for (Long id : new TreeSet<>(chunkIds)) {
            if (chunks.containsKey(id) && !isOwed(id)) {
                chunks.remove(id);
                dropped++;
            }
        }
        return dropped;
    }

    private boolean isOwed(long chunkId) {
        Row.Key next = deliveries.ceilingKey(new Row.Key(chunkId, Integer.MIN_VALUE, 0));
        return next != null && next.chunkId() == chunkId;
    }

    /** True if the queue owes that record of a chunk, and nobody has claimed it. */
    public boolean isReady(int queueId, long chunkId, int index) {
        return deliveries
                .subMap(new Row.Key(chunkId, queueId, 0), true, new Row.Key(chunkId, queueId, index), true)
                .values()
                .stream()
                .anyMatch(row ->
                        row.isReady() && !row.locked && index < row.key.first() + row.count && !row.isSettled(index));
    }

    /** Rows that any queue still owes. */
    public Collection<Row> rows() {
        return deliveries.values();
    }

    /** True if this broker is among the living. */
    public boolean knows(long brokerId) {
        return brokers.containsKey(brokerId);
    }

    /** How often a row was taken from a broker that was gone, an attempt counted each time. */
    public long freedRows() {
        return freedRows;
    }

    /** The definition of a queue that is there. */
    public QueueDefinition queue(String name) {
        return queues.values().stream()
                .filter(queue -> queue.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Ids of stored chunks. */
    public Collection<Long> chunkIds() {
        return chunks.keySet();
    }

    /** Dead letters of a queue. */
    public List<DeadLetter> deadLetters(int queueId) {
        return letters.values().stream()
                .filter(letter -> letter.queueId() == queueId)
                .map(Letter::letter)
                .toList();
    }
}
