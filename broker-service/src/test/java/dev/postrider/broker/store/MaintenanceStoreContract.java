package dev.postrider.broker.store;

import static dev.postrider.broker.store.NewDelivery.Turn.BY_AGE;
import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.commit;
import static dev.postrider.broker.store.StoreFixture.finish;
import static dev.postrider.broker.store.StoreFixture.kept;
import static dev.postrider.broker.store.StoreFixture.newQueue;
import static dev.postrider.broker.store.StoreFixture.settling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.Admission.Key;
import dev.postrider.broker.store.MaintenanceStore.Staged;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link MaintenanceStore} does. */
public abstract class MaintenanceStoreContract {
    private static final long LATER = 4_000_000_000_000L;

    private MaintenanceStore maintenance;
    private MessageStore store;
    private int queue;

    protected abstract Ports ports();

    @BeforeEach
    void makeQueue() {
        maintenance = ports().maintenance();
        store = ports().messages();
        queue = newQueue(ports().queues());
    }

    @Test
    void stagesWhatIsDueAndSaysWhenTheNextIs() {
        long soon = System.currentTimeMillis() + 200;
        append(chunk(2, new NewDelivery(queue, 0, 2, 20, 0, soon, 0, 0, null, 0, BY_AGE)));
        append(chunk(1, new NewDelivery(queue, 0, 1, 10, 0, LATER, 0, 0, null, 0, BY_AGE)));

        Staged staged = Await.until(() -> Await.result(maintenance.stage()), answer -> answer.queueIds()
                .contains(queue));

        assertThat(staged.nextDueMillis()).isEqualTo(LATER);
        assertThat(staged.more()).isFalse();
        assertThat(Await.result(store.claim(queue, 1, 10)))
                .extracting(ClaimedDelivery::count)
                .containsExactly(2);
    }

    @Test
    void takesWhatWasDueWhenItCameForReady() {
        append(chunk(2, new NewDelivery(queue, 0, 2, 20, 0, 1_000, 0, 0, null, 0, BY_AGE)));

        assertThat(Await.result(store.claim(queue, 1, 10))).hasSize(1);
    }

    @Test
    void dropsDeliveriesThatExpiredAsAWholeUnlessTheyAreOwned() {
        long past = System.currentTimeMillis() - 60_000;
        NewChunk expired = append(kept(chunk(3, new NewDelivery(queue, 0, 3, 30, 0, 0, past, 0, null, 0, BY_AGE))));
        NewChunk held = append(chunk(3, new NewDelivery(queue, 0, 3, 30, 0, 0, past, 8, null, 0, BY_AGE)));
        NewChunk lasting = append(chunk(3, new NewDelivery(queue, 0, 3, 30, 0, 0, LATER, 0, null, 0, BY_AGE)));

        assertThat(Await.result(maintenance.dropExpired())).isEqualTo(Map.of(queue, 3L));
        assertThat(Await.result(store.readChunks(List.of(expired.id(), held.id(), lasting.id()))))
                .containsOnlyKeys(held.id(), lasting.id());
    }

    @Test
    void claimsWhatExpiredWhereTheQueueNamesADeadLetterQueue() {
        long past = System.currentTimeMillis() - 60_000;
        int grave = newQueue(ports().queues());
        int sending = newQueue(ports().queues(), sendingDeadLettersTo("queue-" + grave));
        NewChunk ready = append(chunk(3, new NewDelivery(sending, 0, 3, 30, 2, 0, past, 0, null, 0, BY_AGE)));
        NewChunk scheduled = append(chunk(2, new NewDelivery(sending, 0, 2, 20, 0, LATER, past, 0, null, 0, BY_AGE)));
        NewChunk ofKeys = append(chunk(
                1, new NewDelivery(sending, 0, 1, 10, 0, 0, past, 0, null, 0, NewDelivery.Turn.inOrder(4, false))));
        append(chunk(3, new NewDelivery(sending, 0, 3, 30, 0, 0, past, 8, null, 0, BY_AGE)));
        append(chunk(3, new NewDelivery(sending, 0, 3, 30, 0, 0, LATER, 0, null, 0, BY_AGE)));
        append(chunk(3, new NewDelivery(queue, 0, 3, 30, 0, 0, past, 0, null, 0, BY_AGE)));

        assertThat(Await.result(maintenance.dropExpired())).doesNotContainKey(sending);
        assertThat(Await.result(maintenance.claimExpired(1)))
                .extracting(ClaimedDelivery::queueId, ClaimedDelivery::chunkId, ClaimedDelivery::count)
                .containsExactlyInAnyOrder(
                        tuple(sending, ready.id(), 3),
                        tuple(sending, scheduled.id(), 2),
                        tuple(sending, ofKeys.id(), 1));
        assertThat(Await.result(maintenance.claimExpired(2))).isEmpty();
        assertThat(Await.result(store.owned(1))).hasSize(3);
    }

    @Test
    void forgetsKeysPastTheirWindow() {
        Key old = new Key(queue, "old", "m1", System.currentTimeMillis() - 60_000);
        Key live = new Key(queue, "live", "m2", LATER);
        Await.result(
                store.commit(new Admission(List.of(old, live), List.of()), admitted -> appending(chunk(queue, 2))));

        assertThat(Await.result(maintenance.dropDeduplicationKeys())).isEqualTo(1);
        assertThat(Await.result(maintenance.dropDeduplicationKeys())).isZero();
    }

    @Test
    void sweepsWhatTwoLastSettlementsAtTheSameTimeLeave() {
        int other = newQueue(ports().queues());
        List<Long> chunkIds = new ArrayList<>();
        List<Future<?>> finishing = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            chunkIds.add(append(kept(chunk(1, StoreFixture.delivery(queue, 1), StoreFixture.delivery(other, 1))))
                    .id());
        }
        List<ClaimedDelivery> mine = Await.result(store.claim(queue, 1, 100));
        List<ClaimedDelivery> theirs = Await.result(store.claim(other, 2, 100));
        IntStream.range(0, 40).forEach(i -> {
            finishing.add(commit(store, settling(1, finish(mine.get(i)))));
            finishing.add(commit(store, settling(2, finish(theirs.get(i)))));
        });
        finishing.forEach(Await::result);

        Await.result(maintenance.sweepChunks());

        assertThat(Await.result(store.readChunks(chunkIds))).isEmpty();
    }

    @Test
    void neverSweepsAChunkThatSomebodyOwes() {
        List<NewChunk> chunks = new ArrayList<>();
        List<Future<?>> work = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            NewChunk chunk = kept(chunk(queue, 50));
            chunks.add(chunk);
            work.add(commit(store, appending(chunk)));
            work.add(store.claim(queue, 1, 7));
            work.add(maintenance.sweepChunks());
        }
        work.forEach(Await::result);

        assertThat(Await.result(
                        store.readChunks(chunks.stream().map(NewChunk::id).toList())))
                .hasSize(100);
    }

    @Test
    void takesWhatAPublishLeftThatMetTheDeletionOfItsQueue() {
        int gone = newQueue(ports().queues());
        Await.result(ports().queues().delete(gone, false));
        NewChunk late = append(kept(chunk(gone, 1)));

        Await.result(maintenance.sweepChunks());
        Await.result(maintenance.sweepChunks());

        assertThat(Await.result(store.readChunks(List.of(late.id())))).isEmpty();
        assertThat(Await.result(store.claim(gone, 1, 1))).isEmpty();
    }

    private static QueueSettings sendingDeadLettersTo(String name) {
        QueueSettings defaults = QueueSettings.DEFAULTS;
        return new QueueSettings(
                defaults.lease(),
                defaults.maxAttempts(),
                defaults.backoff(),
                defaults.ttl(),
                defaults.limits(),
                defaults.precedence(),
                defaults.deduplicationWindow(),
                name,
                defaults.durability());
    }

    private NewChunk append(NewChunk chunk) {
        Await.result(commit(store, appending(chunk)));
        return chunk;
    }
}
