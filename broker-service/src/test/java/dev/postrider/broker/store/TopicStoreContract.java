package dev.postrider.broker.store;

import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.queue.SubscriptionDefinition;
import dev.postrider.broker.queue.TopicDefinition;
import dev.postrider.broker.store.TopicStore.Routes;
import dev.postrider.protocol.TextDuration;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What every {@link TopicStore} does, and what a commit hears of topics. */
public abstract class TopicStoreContract {
    private static final AtomicInteger LAST = new AtomicInteger();

    private final String name = "topic-" + LAST.incrementAndGet();
    private TopicStore topics;

    protected abstract Ports ports();

    @BeforeEach
    void takePorts() {
        topics = ports().topics();
    }

    @Test
    void keepsTheRetentionAsItWasGivenAndTellsWhetherItMadeTheTopic() {
        Map.Entry<TopicDefinition, Boolean> first =
                Await.result(topics.put(name, TextDuration.parse("retention", "PT36H")));
        Map.Entry<TopicDefinition, Boolean> second = Await.result(topics.put(name, null));

        assertThat(first.getKey().retention().text()).isEqualTo("PT36H");
        assertThat(List.of(first.getValue(), second.getValue())).containsExactly(true, false);
        assertThat(second.getKey().id()).isEqualTo(first.getKey().id());
        assertThat(second.getKey().retention()).isNull();
        assertThat(second.getKey().version()).isGreaterThan(first.getKey().version());
        assertThat(Await.result(topics.find(name))).contains(new Routes(second.getKey(), List.of()));
    }

    @Test
    void createsATopicOnceHoweverManyAskAtTheSameTime() {
        List<Future<TopicDefinition>> creating = IntStream.range(0, 20)
                .mapToObj(i -> topics.createIfAbsent(name))
                .toList();

        assertThat(creating.stream().map(Await::result).map(TopicDefinition::id).distinct())
                .hasSize(1);
    }

    @Test
    void listsByNameWithSubscriptions() {
        for (String end : List.of("-c", "-a", "-b")) {
            Await.result(topics.createIfAbsent(name + end));
        }
        subscribe(name + "-b", queue("q2"), "priority > 3");
        subscribe(name + "-b", queue("q1"), null);

        List<Routes> page = Await.result(topics.list(name + "-", name + "-a", 2));

        assertThat(page).extracting(routes -> routes.topic().name()).containsExactly(name + "-b", name + "-c");
        assertThat(page.get(0).subscriptions())
                .extracting(subscription -> subscription.queue().name())
                .containsExactly(name + "q1", name + "q2");
        assertThat(page.get(0).subscriptions())
                .extracting(SubscriptionDefinition::filter)
                .containsExactly(null, "priority > 3");
    }

    @Test
    void tellsWhetherItMadeTheSubscriptionAndReplacesItsFilter() {
        Await.result(topics.createIfAbsent(name));
        QueueDefinition queue = queue("q");

        assertThat(subscribe(name, queue, null)).isTrue();
        assertThat(subscribe(name, queue, "type = 'a'")).isFalse();

        assertThat(Await.result(topics.find(name)).orElseThrow().subscriptions())
                .extracting(SubscriptionDefinition::queue, SubscriptionDefinition::filter)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(queue, "type = 'a'"));
    }

    @Test
    void subscribesNothingToWhatIsNotThere() {
        int topic = Await.result(topics.createIfAbsent(name)).id();
        int queue = queue("q").id();

        assertThat(Await.result(topics.subscribe(topic, 1_999_999_999, null))).isEmpty();
        assertThat(Await.result(topics.subscribe(1_999_999_999, queue, null))).isEmpty();
        assertThat(Await.result(topics.unsubscribe(topic, queue))).isFalse();
        assertThat(Await.result(topics.delete(1_999_999_999))).isFalse();
    }

    @Test
    void findsTheTopicsOfAQueue() {
        QueueDefinition one = queue("q1");
        QueueDefinition other = queue("q2");
        for (String end : List.of("-b", "-a", "-c")) {
            Await.result(topics.createIfAbsent(name + end));
        }
        subscribe(name + "-b", one, null);
        subscribe(name + "-a", one, "priority = 1");
        subscribe(name + "-a", other, null);
        subscribe(name + "-c", other, null);

        List<Routes> found = Await.result(topics.subscribedBy(one.id()));

        assertThat(found).extracting(routes -> routes.topic().name()).containsExactly(name + "-a", name + "-b");
        assertThat(found.get(0).subscriptions()).hasSize(2);
    }

    @Test
    void forgetsADeletedTopicAndItsKeys() {
        int topic = Await.result(topics.createIfAbsent(name)).id();
        subscribe(name, queue("q"), null);
        Admission.Key key = new Admission.Key(-topic, "key", "first", Long.MAX_VALUE);
        admit(new Admission(List.of(key), List.of(), List.of(topic)));

        assertThat(Await.result(topics.delete(topic))).isTrue();

        assertThat(Await.result(topics.find(name))).isEmpty();
        Admitted after = admit(new Admission(List.of(key), List.of(), List.of(topic)));
        assertThat(after.topicVersions()).isEmpty();
        assertThat(after.duplicates()).isEmpty();
    }

    @Nested
    class ACommit {
        @Test
        void hearsAnotherVersionAfterEachChangeOfASubscription() {
            int topic = Await.result(topics.createIfAbsent(name)).id();
            QueueDefinition queue = queue("q");
            long first = version(topic);

            subscribe(name, queue, null);
            long second = version(topic);
            subscribe(name, queue, "type = 'a'");
            long third = version(topic);
            Await.result(topics.unsubscribe(topic, queue.id()));
            long fourth = version(topic);

            assertThat(List.of(first, second, third, fourth)).isSorted().doesNotHaveDuplicates();
            assertThat(Await.result(topics.find(name)).orElseThrow().topic().version())
                    .isEqualTo(fourth);
        }

        @Test
        void hearsAnotherVersionAfterASubscribedQueueWasDeleted() {
            int topic = Await.result(topics.createIfAbsent(name)).id();
            QueueDefinition queue = queue("q");
            subscribe(name, queue, null);
            long before = version(topic);

            Await.result(ports().queues().delete(queue.id(), false));

            assertThat(version(topic)).isGreaterThan(before);
            assertThat(Await.result(topics.find(name)).orElseThrow().subscriptions())
                    .isEmpty();
        }

        @Test
        void hearsOfTheTopicsItAsksForAlone() {
            int one = Await.result(topics.createIfAbsent(name + "-1")).id();
            Await.result(topics.createIfAbsent(name + "-2"));

            assertThat(admit(new Admission(List.of(), List.of(), List.of(one, 1_999_999_999)))
                            .topicVersions())
                    .containsOnlyKeys(one);
        }
    }

    private long version(int topic) {
        return admit(new Admission(List.of(), List.of(), List.of(topic)))
                .topicVersions()
                .get(topic);
    }

    private Admitted admit(Admission admission) {
        AtomicReference<Admitted> told = new AtomicReference<>();
        NewChunk chunk = chunk(queue("any").id(), 1);
        Await.result(ports().messages().commit(admission, admitted -> {
            told.set(admitted);
            return appending(chunk);
        }));
        return told.get();
    }

    private QueueDefinition queue(String end) {
        return Await.result(ports().queues().createIfAbsent(name + end, QueueSettings.DEFAULTS));
    }

    private boolean subscribe(String topic, QueueDefinition queue, String filter) {
        int id = Await.result(topics.find(topic)).orElseThrow().topic().id();
        return Await.result(topics.subscribe(id, queue.id(), filter)).orElseThrow();
    }
}
