package dev.postrider.broker.store;

import dev.postrider.protocol.TextDuration;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;

/**
 * What topics retain. It is owed under minus the topic's id, in {@link #PART}, and has places, which grow: whoever sees
 * a place in a topic sees all before it, whichever brokers stored them. Futures complete as those of
 * {@link MessageStore} do. Every failure is a {@link StoreException}.
 */
public interface RetainedStore {
    /** The partition in which a topic owes what it retains. */
    int PART = 0;

    /** As long as somebody follows a topic, it retains for so long at least. */
    long FOLLOWED_MILLIS = 60_000;

    /** No commit takes longer from the making of its chunk ids until it is stored. */
    long COMMIT_MILLIS_MAX = 60_000;

    /** The place of what was stored last; 0: nothing is retained. */
    Future<Long> last(int topicId);

    /**
     * A place that everything lies behind that was made at that time or later, and little that was made before.
     *
     * @param millis since 1970, by the database's clock
     */
    Future<Long> before(int topicId, long millis);

    /**
     * Reads what lies behind a place, in order: about so many bytes, but one entry at least if there is one.
     *
     * @param afterPlace 0: from the beginning
     */
    Future<Page> read(int topicId, long afterPlace, int bytesMax);

    /** What a queue owes of the given chunks, in whatever state. */
    Future<List<PeekedDelivery>> owing(int queueId, Collection<Long> chunkIds);

    /**
     * From when on everything is there.
     *
     * @param nowMillis the database's clock
     * @param exists false: there is no such topic any more
     * @param retention null: nothing is retained but for those who follow
     * @param sinceMillis what was published before may be gone though the retention is longer; 0 where there is none
     */
    record Extent(long nowMillis, boolean exists, TextDuration retention, long sinceMillis) {}

    /** What was read, and the extent at that time. */
    record Page(Extent extent, List<Retained> entries) {}

    /**
     * Neighbouring records of a chunk.
     *
     * @param place where they stand, 1 up
     * @param chunkId the chunk
     * @param first index of the first one
     * @param count how many
     * @param records the whole chunk
     */
    record Retained(long place, long chunkId, int first, int count, byte[] records) {}
}
