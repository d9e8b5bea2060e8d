package dev.postrider.broker.store;

import static dev.postrider.broker.store.NewDelivery.Turn.BY_AGE;

import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.Settlement.Kind;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Makes chunks, batches and settlements with only the interesting parts given. Not tied to an implementation. */
public final class StoreFixture {
    private static final AtomicLong LAST_CHUNK = new AtomicLong();
    private static final AtomicLong LAST_NAME = new AtomicLong();

    private StoreFixture() {}

    public static long newChunkId() {
        long now = System.currentTimeMillis() - 1_577_836_800_000L << 22;
        return LAST_CHUNK.updateAndGet(last -> Math.max(last + 1, now));
    }

    public static int newQueue(QueueStore queues) {
        return newQueue(queues, QueueSettings.DEFAULTS);
    }

    public static int newQueue(QueueStore queues, QueueSettings settings) {
        return Await.result(queues.createIfAbsent("queue-" + LAST_NAME.incrementAndGet(), settings))
                .id();
    }

    /** A chunk of {@code count} records of ten bytes that one queue owes and nobody owns. */
    public static NewChunk chunk(int queueId, int count) {
        return chunk(count, delivery(queueId, count));
    }

    public static NewChunk chunk(int count, NewDelivery... deliveries) {
        return new NewChunk(newChunkId(), new byte[count * 10], count, List.of(deliveries));
    }

    /** The same chunk as one that does not lie in a slice of time. */
    public static NewChunk kept(NewChunk chunk) {
        return new NewChunk(KeptChunks.keptId(chunk.id()), chunk.records(), chunk.recordCount(), chunk.deliveries());
    }

    public static NewDelivery delivery(int queueId, int count) {
        return new NewDelivery(queueId, 0, count, count * 10, 0, 0, 0, 0, null, 0, BY_AGE);
    }

    public static NewDelivery ownedDelivery(int queueId, int count, long owner) {
        return new NewDelivery(queueId, 0, count, count * 10, 0, 0, 0, owner, null, 0, BY_AGE);
    }

    /** True if a message can be stored now. */
    public static boolean canCommit(MessageStore store, int queueId) {
        try {
            return Await.result(commit(store, appending(chunk(queueId, 1)))).stored();
        } catch (StoreException e) {
            return false;
        }
    }

    public static CommitBatch appending(NewChunk... chunks) {
        return new CommitBatch(0, List.of(chunks), List.of(), List.of(), List.of(), false);
    }

    public static CommitBatch settling(long owner, Settlement... settlements) {
        return new CommitBatch(owner, List.of(), List.of(settlements), List.of(), List.of(), false);
    }

    public static CommitBatch guarded(long owner, List<NewChunk> chunks, Settlement... settlements) {
        return new CommitBatch(owner, chunks, List.of(settlements), List.of(), List.of(), true);
    }

    public static Future<CommitResult> commit(MessageStore store, CommitBatch batch) {
        return store.commit(Admission.NONE, admitted -> batch);
    }

    public static Settlement finish(ClaimedDelivery delivery) {
        return new Settlement(delivery.queueId(), delivery.chunkId(), delivery.first(), Kind.FINISH, null, 0);
    }

    /** Progress or release with the given records (indexes in the chunk) settled. */
    public static Settlement settlement(ClaimedDelivery delivery, Kind kind, int... settled) {
        byte[] bits = bits(delivery.settled(), delivery.first() + delivery.count(), settled);
        int count = (int) IntStream.range(delivery.first(), delivery.first() + delivery.count())
                .filter(i -> isSet(bits, i))
                .count();
        return new Settlement(delivery.queueId(), delivery.chunkId(), delivery.first(), kind, bits, count);
    }

    public static boolean isSet(byte[] bits, int index) {
        return bits != null && index / 8 < bits.length && (bits[index / 8] >> index % 8 & 1) != 0;
    }

    /** Indexes in the chunk of the records that a claimed delivery still owes. */
    public static List<Integer> unsettled(ClaimedDelivery delivery) {
        return IntStream.range(delivery.first(), delivery.first() + delivery.count())
                .filter(i -> !isSet(delivery.settled(), i))
                .boxed()
                .toList();
    }

    private static byte[] bits(byte[] before, int records, int... settled) {
        byte[] bits = before == null
                ? new byte[(records + 7) / 8]
                : Arrays.copyOf(before, Math.max(before.length, (records + 7) / 8));
        for (int index : settled) {
            bits[index / 8] |= (byte) (1 << index % 8);
        }
        return bits;
    }
}
