package dev.postrider.broker.store;

import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.commit;
import static dev.postrider.broker.store.StoreFixture.finish;
import static dev.postrider.broker.store.StoreFixture.kept;
import static dev.postrider.broker.store.StoreFixture.newQueue;
import static dev.postrider.broker.store.StoreFixture.settlement;
import static dev.postrider.broker.store.StoreFixture.settling;
import static dev.postrider.broker.store.StoreFixture.unsettled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.store.Settlement.Kind;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many brokers claim, split, settle and give back at the same time; every record must be settled exactly once. */
public abstract class ClaimRaceContract {
    private static final int CLAIMERS = 8;
    private static final int CHUNKS = 40;

    protected abstract Ports ports();

    /** A record by its place. */
    private record Place(long chunkId, int index) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyRecordIsSettledExactlyOnce(long seed) {
        MessageStore store = ports().messages();
        int queue = newQueue(ports().queues());
        Random sizes = new Random(seed);
        List<NewChunk> chunks = new ArrayList<>();
        for (int i = 0; i < CHUNKS; i++) {
            NewChunk chunk = chunk(queue, 1 + sizes.nextInt(200));
            chunks.add(sizes.nextBoolean() ? kept(chunk) : chunk);
        }
        chunks.forEach(chunk -> Await.result(commit(store, appending(chunk))));
        Map<Place, Integer> settled = new ConcurrentHashMap<>();

        List<Future<Void>> claimers = IntStream.range(0, CLAIMERS)
                .mapToObj(i -> new Claimer(store, queue, 100 + i, new Random(seed * 1_000 + i), settled).run())
                .toList();
        claimers.forEach(Await::result);

        int expected = chunks.stream().mapToInt(NewChunk::recordCount).sum();
        assertThat(settled).hasSize(expected);
        assertThat(settled.values()).containsOnly(1);
        Await.result(ports().maintenance().sweepChunks());
        assertThat(Await.result(store.readChunks(chunks.stream()
                        .map(NewChunk::id)
                        .filter(KeptChunks::isKept)
                        .toList())))
                .isEmpty();
    }

    @Test
    void workOfOneChunkSpreadsOverAllWhoAskForLittleAtTheSameTime() {
        MessageStore store = ports().messages();
        int queue = newQueue(ports().queues());
        Await.result(commit(store, appending(chunk(queue, 1_000))));

        List<Future<List<ClaimedDelivery>>> claims = IntStream.range(0, 3)
                .mapToObj(i -> store.claim(queue, 100 + i, 5))
                .toList();

        assertThat(claims.stream().map(Await::result)).allSatisfy(claim -> assertThat(
                        claim.stream().mapToInt(ClaimedDelivery::count).sum())
                .isEqualTo(5));
    }

    /** Claims random amounts, settles some of it, gives the rest back or finishes, until nothing is left. */
    private static final class Claimer {
        private static final int WANTED_MAX = 60;

        private final MessageStore store;
        private final int queue;
        private final long owner;
        private final Random random;
        private final Map<Place, Integer> settled;

        Claimer(MessageStore store, int queue, long owner, Random random, Map<Place, Integer> settled) {
            this.store = store;
            this.queue = queue;
            this.owner = owner;
            this.random = random;
            this.settled = settled;
        }

        Future<Void> run() {
            return store.claim(queue, owner, 1 + random.nextInt(WANTED_MAX)).compose(claimed -> {
                if (claimed.isEmpty()) {
                    return store.queuesWithWork(List.of(queue))
                            .compose(more -> more.isEmpty() ? Future.succeededFuture() : run());
                }
                List<Settlement> settlements =
                        claimed.stream().map(this::settle).toList();
                return commit(store, settling(owner, settlements.toArray(Settlement[]::new)))
                        .compose(result -> {
                            assertThat(result.lost()).isEmpty();
                            return run();
                        });
            });
        }

        private Settlement settle(ClaimedDelivery delivery) {
            List<Integer> open = unsettled(delivery);
            assertThat(open).isNotEmpty();
            boolean all = random.nextInt(3) > 0;
            List<Integer> done =
                    all ? open : open.stream().filter(i -> random.nextBoolean()).toList();
            done.forEach(i -> settled.merge(new Place(delivery.chunkId(), i), 1, Integer::sum));
            return done.size() == open.size()
                    ? finish(delivery)
                    : settlement(
                            delivery,
                            Kind.RELEASE,
                            done.stream().mapToInt(i -> i).toArray());
        }
    }
}
