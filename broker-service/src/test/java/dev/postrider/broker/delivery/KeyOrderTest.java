package dev.postrider.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordBatchWriter;
import dev.postrider.protocol.record.MessageRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** No more records of one key are handed out than may be, and in order where it is one, whatever becomes of each. */
class KeyOrderTest {
    private static final int SEEDS = 400;

    private final QueueCore core = new QueueCore();
    private final KeyOrder order =
            new KeyOrder((range, index) -> range.records().key(index));
    private final ConsumerState consumer = new ConsumerState(1_000, 10_000, false);
    private long place;

    KeyOrderTest() {
        core.setOrder(order);
        core.join(consumer);
        core.open(0);
    }

    @Test
    void busyKeysAndIdleOnesTakeTurns() {
        ClaimedRange range = add("a", "a", "a", "b", "c");

        assertThat(handOut()).extracting(Handing::index).containsExactly(0, 3, 4);
        end(range, 0);
        assertThat(handOut()).extracting(Handing::index).containsExactly(1);
        assertThat(core.unmetCredit()).isEqualTo(consumer.credit());
    }

    @Test
    void keysWhoseRecordsAreGoneStandInNobodysWay() {
        ClaimedRange gone = add("a", null, "b");
        add("b");
        core.forget(gone);

        assertThat(core.unmetCredit()).isEqualTo(consumer.credit() - 1);
        assertThat(handOut()).hasSize(1);
        assertThat(core.unmetCredit()).isEqualTo(consumer.credit());
    }

    @Test
    void recordsWithoutAKeyWaitForNobody() {
        add(null, null, "a", null);

        assertThat(handOut()).hasSize(4);
    }

    @Test
    void aRecordThatIsGivenBackIsTheHeadOfItsKeyAgain() {
        add("a", "a");
        handOut();
        ConsumerState other = new ConsumerState(1_000, 10, false);
        core.leave(consumer);
        core.join(other);

        assertThat(handOut()).extracting(Handing::index).containsExactly(0);
    }

    @Test
    void aRecordThatFailedHoldsItsKeyUntilItsTimeHasComeAndItHasEnded() {
        ClaimedRange first = add("a", "a", "b");
        handOut();
        ClaimedRange retry = range(new ClaimedRange.Place(0, Long.MIN_VALUE, 50), "a");
        core.add(retry);
        end(first, 0);

        assertThat(handOut()).isEmpty();
        assertThat(core.nextLeaseMillis()).isEqualTo(50);
        assertThat(handOut(50)).extracting(Handing::range).containsExactly(retry);
        assertThat(handOut(50)).isEmpty();
        end(retry, 0);
        assertThat(handOut(50)).extracting(Handing::index).containsExactly(1);
    }

    @Test
    void nothingOfAClosedPartitionIsHandedOutUntilItIsOpenAgain() {
        order.close(0);
        add("a", "b");
        assertThat(handOut()).isEmpty();

        core.open(0);
        assertThat(handOut()).hasSize(2);
    }

    @Test
    void whatIsForgottenAndComesAgainStandsWhereItStood() {
        ClaimedRange first = add("a");
        add("a");
        handOut();
        core.forget(first);
        ClaimedRange again = range(first.place(), "a");
        core.add(again);

        assertThat(handOut()).extracting(Handing::range).containsExactly(again);
        assertThat(order.members()).isEqualTo(2);
    }

    @Test
    void asManyOfAKeyAreUnderWayAsMayBe() {
        order.bound(2);
        ClaimedRange range = add("a", "a", "a", "a", "b", null, null, null);

        assertThat(core.unmetCredit()).isEqualTo(consumer.credit() - 6);
        assertThat(handOut()).extracting(Handing::index).containsExactlyInAnyOrder(0, 1, 4, 5, 6, 7);
        assertThat(core.unmetCredit()).isEqualTo(consumer.credit());
        end(range, 1);
        assertThat(handOut()).extracting(Handing::index).containsExactly(2);
        assertThat(handOut()).isEmpty();
    }

    @Test
    void keysOfWhichSeveralMayBeUnderWayTakeTurns() {
        order.bound(3);
        add("a", "a", "a", "b", "b", "c");

        assertThat(handOut()).extracting(Handing::index).containsExactly(0, 3, 5, 1, 4, 2);
    }

    @Test
    void aBoundThatIsRaisedHoldsAtOnceAndALowerOneOnceEnoughHaveEnded() {
        order.bound(2);
        ClaimedRange range = add("a", "a", "a", "a", "a", "a");
        assertThat(handOut()).hasSize(2);

        order.bound(4);
        assertThat(core.unmetCredit()).isEqualTo(consumer.credit() - 2);
        assertThat(handOut()).extracting(Handing::index).containsExactly(2, 3);

        order.bound(1);
        end(range, 0);
        end(range, 1);
        end(range, 2);
        assertThat(handOut()).isEmpty();
        end(range, 3);
        assertThat(handOut()).extracting(Handing::index).containsExactly(4);
    }

    @Test
    void aKeyWithARecordOfHigherPriorityComesFirst() {
        order.bound(2);
        add("a", "a", "b");
        ClaimedRange high = range(new ClaimedRange.Place(0, -5, ClaimedRange.Place.AT_ONCE), 7, "b");
        core.add(high);
        ClaimedRange middle = range(new ClaimedRange.Place(0, -3, ClaimedRange.Place.AT_ONCE), 3, "c");
        core.add(middle);

        List<Handing> handings = handOut();

        assertThat(handings).hasSize(5);
        assertThat(handings.subList(0, 2)).extracting(Handing::range).containsExactly(high, middle);
    }

    @Test
    void whatIsForgottenFreesItsKey() {
        order.bound(2);
        ClaimedRange gone = add("a", "a");
        add("a", "a");
        assertThat(handOut()).hasSize(2);

        core.forget(gone);

        assertThat(handOut()).hasSize(2);
        assertThat(order.members()).isEqualTo(2);
    }

    @Test
    void noScheduleLetsARecordOvertake() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            new KeyOrderTest().run(seed);
        }
    }

    @Test
    void noScheduleLetsMoreOfAKeyBeUnderWayThanMayBe() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            new KeyOrderTest().runBounded(seed);
        }
    }

    private void runBounded(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Handing> held = new ArrayList<>();
        int bound = 1 + random.nextInt(3);
        int added = 0;
        int ended = 0;
        order.bound(bound);
        for (int step = 0; step < 200; step++) {
            if (random.nextInt(20) == 0) {
                bound = 1 + random.nextInt(3);
                order.bound(bound);
            }
            if (random.nextInt(4) == 0) {
                String[] keys = new String[1 + random.nextInt(6)];
                for (int i = 0; i < keys.length; i++) {
                    keys[i] = "k" + random.nextInt(4);
                }
                core.add(range(
                        new ClaimedRange.Place(0, random.nextInt(50), ClaimedRange.Place.AT_ONCE),
                        random.nextInt(10),
                        keys));
                added += keys.length;
            }
            for (Handing handing : handOut()) {
                held.add(handing);
                assertThat(held.stream().filter(other -> keyOf(other).equals(keyOf(handing))))
                        .as("seed %d", seed)
                        .hasSizeLessThanOrEqualTo(bound);
            }
            if (!held.isEmpty()) {
                Handing one = held.remove(random.nextInt(held.size()));
                int[] index = {one.index()};
                core.beginSettle(one.range(), one.index());
                if (random.nextInt(3) == 0) {
                    core.revertSettle(one.range(), index);
                    held.add(one);
                } else {
                    core.endSettle(one.range(), index);
                    ended++;
                }
            }
        }
        while (!held.isEmpty()) {
            Handing one = held.remove(0);
            end(one.range(), one.index());
            ended++;
            held.addAll(handOut());
        }
        assertThat(ended).as("seed %d", seed).isEqualTo(added);
    }

    private static String keyOf(Handing handing) {
        return handing.range().records().key(handing.index());
    }

    private void run(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Integer> published = new HashMap<>();
        Map<String, Integer> ended = new HashMap<>();
        Map<ClaimedRange, List<Integer>> numbers = new HashMap<>();
        List<Handing> held = new ArrayList<>();
        for (int step = 0; step < 200; step++) {
            if (random.nextInt(4) == 0) {
                String[] keys = new String[1 + random.nextInt(6)];
                List<Integer> mine = new ArrayList<>();
                for (int i = 0; i < keys.length; i++) {
                    keys[i] = "k" + random.nextInt(4);
                    mine.add(published.merge(keys[i], 1, Integer::sum));
                }
                numbers.put(add(keys), mine);
            }
            for (Handing handing : handOut()) {
                String key = handing.range().records().key(handing.index());
                assertThat(numbers.get(handing.range()).get(handing.index()))
                        .as("seed %d", seed)
                        .isEqualTo(ended.getOrDefault(key, 0) + 1);
                assertThat(held)
                        .noneMatch(other ->
                                other.range().records().key(other.index()).equals(key));
                held.add(handing);
            }
            if (!held.isEmpty()) {
                Handing one = held.remove(random.nextInt(held.size()));
                int[] index = {one.index()};
                core.beginSettle(one.range(), one.index());
                if (random.nextInt(3) == 0) {
                    core.revertSettle(one.range(), index);
                    held.add(one);
                } else {
                    ended.merge(one.range().records().key(one.index()), 1, Integer::sum);
                    core.endSettle(one.range(), index);
                }
            }
        }
    }

    private ClaimedRange add(String... keys) {
        ClaimedRange range = range(new ClaimedRange.Place(0, ++place, ClaimedRange.Place.AT_ONCE), keys);
        core.add(range);
        return range;
    }

    private ClaimedRange range(ClaimedRange.Place at, String... keys) {
        return range(at, 0, keys);
    }

    private ClaimedRange range(ClaimedRange.Place at, int priority, String... keys) {
        RecordBatchWriter writer = new RecordBatchWriter();
        for (String key : keys) {
            writer.append(MessageRecord.builder().key(key).build());
        }
        return new ClaimedRange(
                        7,
                        ++place,
                        0,
                        RecordBatchReader.of(writer.finish()),
                        keys.length,
                        priority,
                        ClaimedRange.Progress.NONE)
                .at(at);
    }

    private List<Handing> handOut() {
        return handOut(0);
    }

    private List<Handing> handOut(long nowMillis) {
        List<Handing> handings = new ArrayList<>();
        for (HandingRun run : core.dispatch(nowMillis, (range, index) -> true, Integer.MAX_VALUE)) {
            for (int i = 0; i < run.count(); i++) {
                handings.add(new Handing(run.consumer(), run.range(), run.first() + i, run.number() + i));
            }
        }
        return handings;
    }

    private void end(ClaimedRange range, int index) {
        core.beginSettle(range, index);
        core.endSettle(range, new int[] {index});
    }
}
