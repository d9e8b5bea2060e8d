package dev.postrider.broker.store;

import static dev.postrider.broker.store.NewDelivery.Turn.BY_AGE;
import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.commit;
import static dev.postrider.broker.store.StoreFixture.newQueue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.vertx.core.Future;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link MessageStore} claims where messages gain priority with age. */
public abstract class AgeingContract {
    private static final long HOUR = 3_600_000;

    private MessageStore store;
    private int queue;

    protected abstract Ports ports();

    @BeforeEach
    void makeQueue() {
        store = ports().messages();
        queue = newQueue(ports().queues());
    }

    @Test
    void takesTheHigherPriorityUnlessTheOtherHasWaitedLonger() {
        NewChunk old = append(1, 0);
        long since = System.currentTimeMillis();
        Await.until(System::currentTimeMillis, now -> now > since + 30);
        NewChunk high = append(1, 9);
        NewChunk low = append(1, 0);

        assertThat(claimAged(1, 1)).extracting(ClaimedDelivery::chunkId).containsExactly(old.id());
        assertThat(claimAged(1, HOUR)).extracting(ClaimedDelivery::chunkId).containsExactly(high.id());
        assertThat(claimAged(9, HOUR)).extracting(ClaimedDelivery::chunkId).containsExactly(low.id());
    }

    @Test
    void splitsTheLastDelivery() {
        NewChunk low = append(5, 0);
        NewChunk high = append(5, 2);

        assertThat(claimAged(7, HOUR))
                .extracting(ClaimedDelivery::chunkId, ClaimedDelivery::first, ClaimedDelivery::count)
                .containsExactlyInAnyOrder(tuple(high.id(), 0, 5), tuple(low.id(), 0, 2));
        assertThat(claimAged(7, HOUR))
                .extracting(ClaimedDelivery::chunkId, ClaimedDelivery::first, ClaimedDelivery::count)
                .containsExactly(tuple(low.id(), 2, 3));
        assertThat(claimAged(7, HOUR)).isEmpty();
    }

    @Test
    void letsEveryRecordBeClaimedOnce() {
        for (int i = 0; i < 30; i++) {
            append(10, i % 10);
        }
        List<Future<List<ClaimedDelivery>>> claims = IntStream.range(1, 13)
                .mapToObj(owner -> store.claimAged(queue, owner, 37, 1))
                .toList();

        int claimed = 0;
        for (Future<List<ClaimedDelivery>> claim : claims) {
            claimed += count(Await.result(claim));
        }
        assertThat(claimed + count(claimAged(1_000, 1))).isEqualTo(300);
    }

    private NewChunk append(int count, int priority) {
        NewChunk chunk = chunk(count, new NewDelivery(queue, 0, count, count * 10, priority, 0, 0, 0, null, 0, BY_AGE));
        Await.result(commit(store, appending(chunk)));
        return chunk;
    }

    private int count(List<ClaimedDelivery> claimed) {
        return claimed.stream().mapToInt(ClaimedDelivery::count).sum();
    }

    private List<ClaimedDelivery> claimAged(int wanted, long ageingMillis) {
        return Await.result(store.claimAged(queue, 1, wanted, ageingMillis));
    }
}
