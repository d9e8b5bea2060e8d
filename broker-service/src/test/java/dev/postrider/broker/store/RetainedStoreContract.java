package dev.postrider.broker.store;

import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.commit;
import static dev.postrider.broker.store.StoreFixture.delivery;
import static dev.postrider.broker.store.StoreFixture.kept;
import static dev.postrider.broker.store.StoreFixture.newQueue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.postrider.broker.queue.TopicDefinition;
import dev.postrider.broker.store.RetainedStore.Extent;
import dev.postrider.broker.store.RetainedStore.Page;
import dev.postrider.broker.store.RetainedStore.Retained;
import dev.postrider.protocol.TextDuration;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link RetainedStore} does, and what becomes of what it keeps. */
public abstract class RetainedStoreContract {
    private static final AtomicInteger LAST = new AtomicInteger();
    private static final long LATER = 4_000_000_000_000L;
    private static final int MUCH = 1 << 20;

    private final String name = "retaining-" + LAST.incrementAndGet();
    private RetainedStore store;
    private int topic;
    private int queue;

    protected abstract Ports ports();

    @BeforeEach
    void makeTopic() {
        store = ports().topics().retained();
        topic = Await.result(ports().topics().put(name, hours(1))).getKey().id();
        queue = newQueue(ports().queues());
    }

    @Test
    void readsOnFromAPlaceInTheOrderInWhichItWasStored() {
        assertThat(Await.result(store.last(topic))).isZero();
        NewChunk first = append(kept(chunk(3, delivery(queue, 3), retained(3, LATER))));
        NewChunk second = append(chunk(2, retained(2, LATER)));
        NewChunk third = append(kept(chunk(1, retained(1, LATER))));

        List<Retained> all = read(0, MUCH);

        assertThat(all)
                .extracting(Retained::chunkId, Retained::first, Retained::count)
                .containsExactly(tuple(first.id(), 0, 3), tuple(second.id(), 0, 2), tuple(third.id(), 0, 1));
        assertThat(all.get(1).records()).isEqualTo(second.records());
        assertThat(Await.result(store.last(topic))).isEqualTo(all.get(2).place());
        assertThat(read(all.get(0).place(), MUCH))
                .extracting(Retained::chunkId)
                .containsExactly(second.id(), third.id());
        assertThat(read(all.get(2).place(), MUCH)).isEmpty();
    }

    @Test
    void readsAsManyBytesAsAreWantedAndOneEntryAtLeast() {
        append(chunk(3, retained(3, LATER)));
        append(chunk(3, retained(3, LATER)));
        append(chunk(3, retained(3, LATER)));

        assertThat(read(0, 1)).hasSize(1);
        assertThat(read(0, 31)).hasSize(2);
    }

    @Test
    void showsNoPlaceBeforeAllThatAreLowerAreThere() {
        List<Future<CommitResult>> commits = new ArrayList<>();
        List<Long> seen = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            NewChunk next = chunk(1, retained(1, LATER));
            commits.add(commit(ports().messages(), appending(next)));
            if (i % 4 == 0) {
                readOn(seen);
            }
        }
        commits.forEach(Await::result);
        readOn(seen);

        assertThat(seen).hasSize(40).isSorted().doesNotHaveDuplicates();
    }

    private void readOn(List<Long> seen) {
        long after = seen.isEmpty() ? 0 : seen.get(seen.size() - 1);
        read(after, MUCH).forEach(entry -> seen.add(entry.place()));
    }

    @Test
    void findsAPlaceBeforeAllThatWasMadeSince() {
        long now = System.currentTimeMillis();
        NewChunk old = append(kept(madeAt(now - 600_000)));
        NewChunk young = append(chunk(1, retained(1, LATER)));

        long before = Await.result(store.before(topic, now - 1_000));

        assertThat(read(before, MUCH)).extracting(Retained::chunkId).containsExactly(young.id());
        assertThat(read(Await.result(store.before(topic, 0)), MUCH))
                .extracting(Retained::chunkId)
                .containsExactly(old.id(), young.id());
        assertThat(Await.result(store.before(topic, LATER))).isEqualTo(Await.result(store.last(topic)));
    }

    private NewChunk madeAt(long millis) {
        NewChunk any = chunk(1, retained(1, LATER));
        return new NewChunk(millis - 1_577_836_800_000L << 22, any.records(), 1, any.deliveries());
    }

    @Test
    void tellsFromWhenOnEverythingIsThere() {
        long now = System.currentTimeMillis();
        Extent at = extent(topic);
        assertThat(at.exists()).isTrue();
        assertThat(at.retention()).isEqualTo(hours(1));
        assertThat(at.sinceMillis()).isBetween(now - 60_000, at.nowMillis());

        Await.result(ports().topics().put(name, hours(3)));
        assertThat(extent(topic).sinceMillis()).isEqualTo(at.sinceMillis());
        Await.result(ports().topics().put(name, TextDuration.ofMillis(1)));
        assertThat(extent(topic).sinceMillis()).isGreaterThanOrEqualTo(at.sinceMillis());
        Await.result(ports().topics().put(name, null));
        assertThat(extent(topic).retention()).isNull();
        Await.result(ports().topics().put(name, hours(1)));
        assertThat(extent(topic).sinceMillis()).isGreaterThanOrEqualTo(at.nowMillis());
        assertThat(extent(1_999_999_999).exists()).isFalse();
    }

    @Test
    void dropsWhatHasExpiredWithItsChunkAndCountsNoMessage() {
        NewChunk expired = append(kept(chunk(2, retained(2, System.currentTimeMillis() - 5_000))));
        NewChunk owed = append(kept(chunk(2, retained(2, System.currentTimeMillis() - 5_000), delivery(queue, 2))));
        NewChunk lasting = append(kept(chunk(2, retained(2, LATER))));

        assertThat(Await.result(ports().maintenance().dropExpired())).doesNotContainKey(-topic);

        assertThat(read(0, MUCH)).extracting(Retained::chunkId).containsExactly(lasting.id());
        assertThat(chunksOf(expired, owed, lasting)).containsExactlyInAnyOrder(owed.id(), lasting.id());
    }

    @Test
    void isLeftAloneBySweepsStagingAndClaims() {
        append(kept(chunk(2, retained(2, LATER))));

        Await.result(ports().maintenance().sweepChunks());

        assertThat(Await.result(ports().maintenance().stage()).queueIds()).doesNotContain(-topic);
        assertThat(Await.result(ports().maintenance().claimExpired(1))).isEmpty();
        assertThat(read(0, MUCH)).hasSize(1);
    }

    @Test
    void isSweptWhenThereIsNoSuchTopic() {
        NewChunk orphan = append(kept(chunk(
                2,
                new NewDelivery(
                        -1_999_999_999, 0, 2, 20, 0, 0, LATER, 0, null, 0, NewDelivery.Turn.inOrder(0, false)))));

        Await.until(
                () -> {
                    Await.result(ports().maintenance().sweepChunks());
                    return chunksOf(orphan);
                },
                List::isEmpty);
    }

    @Test
    void goesByTheNewRetentionAtOnce() {
        long now = System.currentTimeMillis();
        append(kept(madeAt(now - 1_800_000)));
        NewChunk young = append(kept(chunk(1, retained(1, LATER))));

        Await.result(ports().topics().put(name, hours(1)));
        Await.result(ports().maintenance().dropExpired());
        assertThat(read(0, MUCH)).hasSize(2);

        Await.result(ports().topics().put(name, TextDuration.ofMillis(600_000)));
        Await.result(ports().maintenance().dropExpired());
        assertThat(read(0, MUCH)).extracting(Retained::chunkId).containsExactly(young.id());
    }

    @Test
    void goesWithItsTopicAndWhatQueuesOweStays() {
        NewChunk shared = append(kept(chunk(2, delivery(queue, 2), retained(2, LATER))));
        NewChunk own = append(kept(chunk(2, retained(2, LATER))));

        Await.result(ports().topics().delete(topic));

        assertThat(read(0, MUCH)).isEmpty();
        assertThat(chunksOf(shared, own)).containsExactly(shared.id());
        assertThat(Await.result(store.owing(queue, List.of(shared.id(), own.id()))))
                .extracting(PeekedDelivery::chunkId, PeekedDelivery::count)
                .containsExactly(tuple(shared.id(), 2));
    }

    @Test
    void isKnownToBeFollowedUntilTheLastBrokerLeaves() {
        long one = Await.result(ports().brokers().join(name + "-one:1", true)).id();
        long other =
                Await.result(ports().brokers().join(name + "-other:1", true)).id();
        TopicDefinition before = definition();
        assertThat(before.followed()).isFalse();

        assertThat(Await.result(ports().topics().follow(topic, one))).isTrue();
        TopicDefinition followed = definition();
        assertThat(followed.followed()).isTrue();
        assertThat(followed.version()).isGreaterThan(before.version());

        assertThat(Await.result(ports().topics().follow(topic, one))).isTrue();
        assertThat(definition().version()).isEqualTo(followed.version());
        assertThat(Await.result(ports().topics().follow(topic, other))).isTrue();
        Await.result(ports().topics().unfollow(topic, one));
        assertThat(definition().followed()).isTrue();
        long version = definition().version();
        Await.result(ports().brokers().leave(other));
        assertThat(definition().followed()).isFalse();
        assertThat(definition().version()).isGreaterThan(version);
    }

    @Test
    void isFollowedByNobodyWhoIsNotThere() {
        long broker = Await.result(ports().brokers().join(name + ":1", true)).id();

        assertThat(Await.result(ports().topics().follow(1_999_999_999, broker))).isFalse();
        assertThat(Await.result(ports().topics().follow(topic, 77))).isFalse();
        Await.result(ports().topics().unfollow(topic, broker));
        Await.result(ports().brokers().leave(broker));
    }

    private TopicDefinition definition() {
        return Await.result(ports().topics().find(name)).orElseThrow().topic();
    }

    private NewDelivery retained(int count, long expiresAt) {
        return new NewDelivery(
                -topic,
                0,
                count,
                count * 10,
                0,
                0,
                expiresAt,
                0,
                null,
                0,
                NewDelivery.Turn.inOrder(RetainedStore.PART, false));
    }

    private NewChunk append(NewChunk chunk) {
        Await.result(commit(ports().messages(), appending(chunk)));
        return chunk;
    }

    private List<Retained> read(long after, int bytesMax) {
        return Await.result(store.read(topic, after, bytesMax)).entries();
    }

    private Extent extent(int of) {
        Page page = Await.result(store.read(of, 0, MUCH));
        return page.extent();
    }

    private List<Long> chunksOf(NewChunk... chunks) {
        List<Long> ids = Stream.of(chunks).map(NewChunk::id).toList();
        return List.copyOf(Await.result(ports().messages().readChunks(ids)).keySet());
    }

    private static TextDuration hours(int hours) {
        return TextDuration.ofMillis(hours * 3_600_000L);
    }
}
