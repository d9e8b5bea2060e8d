package dev.postrider.broker.store.postgres;

import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.commit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.postrider.broker.store.Await;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.MessageStore;
import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.StoreFixture;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many queues that want something at the same time. */
class ManyQueuesTest {
    private static final int MORE_THAN_MAY_WAIT = 2 * DatabaseSettings.DEFAULTS.waitingMax();

    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    private final MessageStore store = POSTGRES.ports().messages();
    private final int queue = StoreFixture.newQueue(POSTGRES.ports().queues());

    @Test
    void leaveRoomForCommits() {
        List<Future<List<ClaimedDelivery>>> claims = new ArrayList<>();
        for (int other = 1; other <= MORE_THAN_MAY_WAIT; other++) {
            claims.add(store.claim(1_000_000_000 + other, 7, 10));
        }

        assertThat(StoreFixture.canCommit(store, queue)).isTrue();

        assertThat(claims).allSatisfy(claim -> assertThat(Await.result(claim)).isEmpty());
    }

    @Test
    void eachGetWhatIsTheirs() {
        List<Integer> queues = new ArrayList<>();
        List<NewChunk> chunks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            queues.add(StoreFixture.newQueue(POSTGRES.ports().queues()));
            chunks.add(chunk(queues.get(i), 5));
        }
        Await.result(commit(store, appending(chunks.toArray(NewChunk[]::new))));

        List<Future<List<ClaimedDelivery>>> claims =
                queues.stream().map(id -> store.claim(id, 7, 3)).toList();

        for (int i = 0; i < 50; i++) {
            assertThat(Await.result(claims.get(i)))
                    .extracting(ClaimedDelivery::queueId, ClaimedDelivery::chunkId, ClaimedDelivery::count)
                    .containsExactly(tuple(queues.get(i), chunks.get(i).id(), 3));
        }
    }

    @Test
    void readEachTheirOwnChunks() {
        List<NewChunk> chunks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            chunks.add(chunk(queue, i + 1));
        }
        Await.result(commit(store, appending(chunks.toArray(NewChunk[]::new))));

        List<Future<Map<Long, byte[]>>> reads = chunks.stream()
                .map(chunk -> store.readChunks(List.of(chunk.id())))
                .toList();

        for (int i = 0; i < 20; i++) {
            assertThat(Await.result(reads.get(i)))
                    .containsOnlyKeys(chunks.get(i).id());
        }
    }
}
