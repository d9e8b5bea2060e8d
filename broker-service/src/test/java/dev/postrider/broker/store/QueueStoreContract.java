package dev.postrider.broker.store;

import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.commit;
import static dev.postrider.broker.store.StoreFixture.ownedDelivery;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.broker.queue.Durability;
import dev.postrider.broker.queue.Limits;
import dev.postrider.broker.queue.Ordering;
import dev.postrider.broker.queue.Overflow;
import dev.postrider.broker.queue.Precedence;
import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.protocol.TextDuration;
import dev.postrider.protocol.TextRate;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What every {@link QueueStore} does. */
public abstract class QueueStoreContract {
    private static final QueueSettings UNUSUAL = new QueueSettings(
            TextDuration.parse("lease", "PT1M30S"),
            7,
            new QueueSettings.Backoff(
                    TextDuration.parse("initialDelay", "250ms"), 1.5, TextDuration.parse("maxDelay", "2h"), 0.0),
            TextDuration.parse("ttl", "7d"),
            new Limits(
                    123_456_789_012L, 98_765_432_109L, Overflow.DROP_OLDEST, TextRate.parse("rate", "6000/m"), 12, 2),
            new Precedence(Ordering.KEY, "headers.tenant", TextDuration.parse("ageing", "90s")),
            TextDuration.parse("deduplicationWindow", "0s"),
            "graveyard",
            Durability.RELAXED);

    private QueueStore queues;

    protected abstract Ports ports();

    @BeforeEach
    void takePorts() {
        queues = ports().queues();
    }

    @Test
    void keepsSettingsAsTheyWereGiven() {
        QueueDefinition made = Await.result(queues.put("unusual", UNUSUAL)).getKey();

        assertThat(made.settings()).isEqualTo(UNUSUAL);
        assertThat(Await.result(queues.find("unusual"))).contains(made);
        assertThat(Await.result(queues.find(made.id()))).contains(made);
        assertThat(made.paused()).isFalse();
    }

    @Test
    void tellsWhetherItMadeTheQueue() {
        Map.Entry<QueueDefinition, Boolean> first = Await.result(queues.put("twice", UNUSUAL));
        Map.Entry<QueueDefinition, Boolean> second = Await.result(queues.put("twice", QueueSettings.DEFAULTS));

        assertThat(List.of(first.getValue(), second.getValue())).containsExactly(true, false);
        assertThat(second.getKey().id()).isEqualTo(first.getKey().id());
        assertThat(second.getKey().settings()).isEqualTo(QueueSettings.DEFAULTS);
        assertThat(second.getKey().version()).isGreaterThan(first.getKey().version());
    }

    @Test
    void createsAQueueOnceHoweverManyAskAtTheSameTime() {
        List<Future<QueueDefinition>> creating = IntStream.range(0, 20)
                .mapToObj(i -> queues.createIfAbsent("wanted", QueueSettings.DEFAULTS))
                .toList();

        assertThat(creating.stream().map(Await::result).map(QueueDefinition::id).distinct())
                .hasSize(1);
    }

    @Test
    void leavesTheSettingsOfAQueueThatIsThere() {
        Await.result(queues.put("kept", UNUSUAL));

        assertThat(Await.result(queues.createIfAbsent("kept", QueueSettings.DEFAULTS))
                        .settings())
                .isEqualTo(UNUSUAL);
    }

    @Test
    void knowsNoQueueThatWasNotMade() {
        assertThat(Await.result(queues.find("nowhere"))).isEmpty();
        assertThat(Await.result(queues.find(-1))).isEmpty();
        assertThat(Await.result(queues.setPaused("nowhere", true))).isEmpty();
    }

    @Test
    void pausesAndResumes() {
        QueueDefinition before = make("pausable");

        QueueDefinition paused =
                Await.result(queues.setPaused("pausable", true)).orElseThrow();

        assertThat(paused.paused()).isTrue();
        assertThat(paused.version()).isGreaterThan(before.version());
        assertThat(Await.result(queues.setPaused("pausable", false))
                        .orElseThrow()
                        .paused())
                .isFalse();
    }

    @Test
    void listsByNameAsBytesSort() {
        for (String name : List.of("list.b", "list.B", "list.a10", "list.a-1", "list.a", "list_z", "lisu")) {
            make(name);
        }

        assertThat(names("list.", null, 10)).containsExactly("list.B", "list.a", "list.a-1", "list.a10", "list.b");
        assertThat(names("list.", "list.a", 2)).containsExactly("list.a-1", "list.a10");
        assertThat(names("list_", null, 10)).containsExactly("list_z");
        assertThat(names("", "list_z", 1)).containsExactly("lisu");
    }

    @Test
    void changesTheDurabilityOnlyWhileTheQueueIsEmpty() {
        QueueDefinition queue = make("relaxed");
        Await.result(
                StoreFixture.commit(ports().messages(), StoreFixture.appending(StoreFixture.chunk(queue.id(), 1))));

        assertThatThrownBy(() -> Await.result(queues.put("relaxed", relaxed())))
                .hasMessageContaining("only while it is empty");
        Await.result(queues.put("relaxed", QueueSettings.DEFAULTS));

        Await.result(ports().messages().purge(queue.id()));
        assertThat(Await.result(queues.put("relaxed", relaxed())).getKey().settings())
                .isEqualTo(relaxed());
    }

    private static QueueSettings relaxed() {
        QueueSettings defaults = QueueSettings.DEFAULTS;
        return new QueueSettings(
                defaults.lease(),
                defaults.maxAttempts(),
                defaults.backoff(),
                null,
                defaults.limits(),
                defaults.precedence(),
                defaults.deduplicationWindow(),
                null,
                Durability.RELAXED);
    }

    @Nested
    class Delete {
        @Test
        void takesMessagesDeadLettersAndKeysAlong() {
            QueueDefinition doomed = make("doomed");
            MessageStore store = ports().messages();
            NewChunk ready = StoreFixture.kept(chunk(doomed.id(), 3));
            NewChunk owned = StoreFixture.kept(chunk(2, ownedDelivery(doomed.id(), 2, 9)));
            Await.result(commit(store, appending(ready, owned)));

            assertThat(Await.result(queues.delete(doomed.id(), false))).isTrue();

            assertThat(Await.result(queues.find("doomed"))).isEmpty();
            assertThat(Await.result(store.readChunks(List.of(ready.id(), owned.id()))))
                    .isEmpty();
            assertThat(Await.result(store.owned(9))).isEmpty();
        }

        @Test
        void leavesAQueueThatIsNotEmptyIfAskedTo() {
            QueueDefinition full = make("full");
            Await.result(commit(ports().messages(), appending(chunk(1, ownedDelivery(full.id(), 1, 9)))));

            assertThat(Await.result(queues.delete(full.id(), true))).isFalse();
            assertThat(Await.result(queues.find("full"))).isPresent();
        }

        @Test
        void leavesAQueueThatHasDeadLettersIfAskedTo() {
            QueueDefinition failed = make("failed");
            MessageRecord message =
                    MessageRecord.builder().id("a").body(new byte[1]).build();
            NewDeadLetter letter = new NewDeadLetter(failed.id(), message, "rejected", null, 1, 1);
            Await.result(commit(
                    ports().messages(), new CommitBatch(9, List.of(), List.of(), List.of(letter), List.of(), false)));

            assertThat(Await.result(queues.delete(failed.id(), true))).isFalse();
            assertThat(Await.result(queues.find("failed"))).isPresent();
        }

        @Test
        void takesAnEmptyQueueAndOneThatIsGone() {
            QueueDefinition empty = make("empty");

            assertThat(Await.result(queues.delete(empty.id(), true))).isTrue();
            assertThat(Await.result(queues.delete(empty.id(), true))).isTrue();
        }

        @Test
        void neverGivesAnIdAgain() {
            int before = make("phoenix").id();
            Await.result(queues.delete(before, false));

            assertThat(make("phoenix").id()).isGreaterThan(before);
        }
    }

    private QueueDefinition make(String name) {
        return Await.result(queues.createIfAbsent(name, QueueSettings.DEFAULTS));
    }

    private List<String> names(String prefix, String after, int limit) {
        return Await.result(queues.list(prefix, after, limit)).stream()
                .map(QueueDefinition::name)
                .toList();
    }
}
