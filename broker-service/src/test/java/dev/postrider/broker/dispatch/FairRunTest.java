package dev.postrider.broker.dispatch;

import static dev.postrider.broker.store.NewDelivery.Turn.BY_AGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.postrider.broker.queue.Ordering;
import dev.postrider.broker.queue.Precedence;
import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.Admission;
import dev.postrider.broker.store.Admitted;
import dev.postrider.broker.store.Admitted.Front;
import dev.postrider.broker.store.FairPlace;
import dev.postrider.broker.store.NewDelivery;
import dev.postrider.protocol.record.MessageRecord;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Deliveries of a fair queue, with places in records behind the front. */
class FairRunTest {
    private static final int QUEUE = 3;
    private static final long NOW = 1_790_000_000_000L;
    private static final long FRONT = FairPlace.ofMillis(NOW);
    private static final long OWNER = 7;

    private final LoneBroker lone = new LoneBroker();
    private final FairQueues queues = new FairQueues();
    private QueueDispatcher queue;
    private FairRun run;
    private long version;

    @BeforeEach
    void aQueueThatIsFairByKey() {
        queue = queueFairBy("key");
        run = begin(queue);
    }

    @Test
    void aHundredTenantsWithAHundredRecordsEachAreOneDelivery() {
        for (int i = 0; i < 10_000; i++) {
            add("tenant " + i % 100);
        }
        assertThat(build(0))
                .extracting(FairRunTest::place, NewDelivery::first, NewDelivery::count, NewDelivery::settled)
                .containsExactly(tuple(0L, 0, 10_000, null));
    }

    @Test
    void aFloodIsADeliveryForEachQuantum() {
        add(1_000, "a");
        assertThat(build(0))
                .hasSize(10)
                .allMatch(delivery -> delivery.count() == 100 && delivery.settled() == null)
                .extracting(FairRunTest::place)
                .containsExactly(0L, 100L, 200L, 300L, 400L, 500L, 600L, 700L, 800L, 900L);
    }

    @Test
    void whoComesBehindAFloodIsInItsFirstDelivery() {
        add(300, "a");
        add(5, "b");
        List<NewDelivery> built = build(0);
        assertThat(built)
                .extracting(FairRunTest::place, NewDelivery::first, NewDelivery::count, NewDelivery::owed)
                .containsExactly(tuple(0L, 0, 305, 105), tuple(100L, 100, 100, 100), tuple(200L, 200, 100, 100));
        assertThat(records(built.get(0))).contains(0, 99, 300, 304).doesNotContain(100, 299);
    }

    @Test
    void everyRecordIsOwedOnce() {
        String[] tenants = {"a", "b", "a", null, "c", "a", "a"};
        for (int i = 0; i < 5_000; i++) {
            if (i % 11 == 0) {
                run.add(append("refused"), 0, 1, true);
            } else {
                add(tenants[i * 31 % tenants.length]);
            }
        }
        Set<Integer> seen = new HashSet<>();
        for (NewDelivery delivery : build(700)) {
            for (int record : records(delivery)) {
                assertThat(seen.add(record)).isTrue();
            }
        }
        assertThat(seen).hasSize(5_000 - 455).allMatch(record -> record % 11 != 0);
    }

    @Test
    void whatIsKeptIsWhoseTurnComesFirst() {
        add(250, "a");
        add(20, "b");
        List<NewDelivery> built = build(30);
        assertThat(built).extracting(NewDelivery::owner).containsExactly(OWNER, 0L, 0L, 0L);
        assertThat(records(built.get(0))).hasSize(30).contains(0, 14, 250, 264).doesNotContain(16, 265);
        assertThat(built).extracting(FairRunTest::place).containsExactly(0L, 15L, 115L, 215L);
    }

    @Test
    void turnsThatAreFarApartDoNotMakeARowOfEachRecord() {
        FairTurns before = new FairTurns(queues, null);
        before.begin(admitted(FRONT));
        FairRun floods = new FairRun(before.of(queue));
        for (int i = 0; i < 300; i++) {
            for (int j = 0; j < 150 * (i % 60); j++) {
                floods.add(append("tenant " + i), 0, 1, false);
            }
        }
        before.keep();
        run = begin(queue);
        for (int i = 0; i < 300; i++) {
            add("tenant " + i);
        }
        assertThat(build(0)).hasSizeBetween(2, 15);
    }

    @Test
    void tenantsAreToldApartByAHeaderInAnyCase() {
        queue = queueFairBy("headers.Tenant");
        run = begin(queue);
        for (String tenant : List.of("a", "a", "b")) {
            run.add(append(record("same key").header("tenant", tenant)), 0, 1, false);
        }
        run.add(append(record("same key")), 0, 1, false);
        assertThat(records(build(3).get(0))).containsExactly(0, 2, 3);
    }

    @Test
    void aRecordThatFailedWaitsForNobodyAgain() {
        add(150, "a");
        run.add(append(record("a").attempts(1)), 0, 1, false);
        assertThat(records(build(0).get(0))).contains(150);
    }

    private QueueDispatcher queueFairBy(String fairness) {
        QueueSettings settings = QueueSettings.DEFAULTS.withPrecedence(new Precedence(Ordering.NONE, fairness, null));
        return lone.broker.directory().take(new QueueDefinition(QUEUE, "fair", settings, false, NOW, ++version));
    }

    private FairRun begin(QueueDispatcher of) {
        FairTurns turns = new FairTurns(queues, null);
        turns.begin(admitted(FRONT));
        return new FairRun(turns.of(of));
    }

    private static Admitted admitted(long front) {
        return new Admitted(Map.of(), Map.of(), Map.of(), Map.of(new Admission.Fair(QUEUE, 0), new Front(front, NOW)));
    }

    private void add(int count, String tenant) {
        for (int i = 0; i < count; i++) {
            add(tenant);
        }
    }

    private void add(String tenant) {
        run.add(append(tenant), 0, 1, false);
    }

    private static Append append(String key) {
        return append(record(key));
    }

    private static Append append(MessageRecord.Builder record) {
        return new Append(record.build(), null, 0, 1, new Append.DeliveryTraits(false, 0, 0, 0), Append.Places.UNKNOWN);
    }

    private static MessageRecord.Builder record(String key) {
        return MessageRecord.builder().key(key).body(new byte[1]);
    }

    private List<NewDelivery> build(int kept) {
        return run.build(new NewDelivery(QUEUE, 0, 1, 1_000, 0, 0, 0, 0, null, 0, BY_AGE), kept, OWNER);
    }

    private static long place(NewDelivery delivery) {
        return (delivery.turn().place() - FRONT) / FairPlace.RECORD;
    }

    private static List<Integer> records(NewDelivery delivery) {
        BitSet settled = delivery.settled() == null ? new BitSet() : BitSet.valueOf(delivery.settled());
        return IntStream.range(delivery.first(), delivery.first() + delivery.count())
                .filter(index -> !settled.get(index))
                .boxed()
                .toList();
    }
}
