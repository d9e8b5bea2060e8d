package dev.postrider.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.protocol.Receipt;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordBatchWriter;
import dev.postrider.protocol.record.MessageRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Drives the core of a queue with random commands and holds it against a naive account of who has what.
 *
 * <p>Goal: whatever consumers, commits and leases do, no record is handed to two consumers at once, none beyond credit,
 * none is forgotten, and a receipt is good for one settlement only. Method: each seed is one schedule of some hundred
 * steps; the account is a map from record to holder. Set {@code postrider.seed} to replay one.
 */
class QueueCoreSimulationTest {
    private static final int SEEDS = 3_000;
    private static final int STEPS = 200;

    @Test
    void noScheduleBreaksTheAccount() {
        Long only = Long.getLong("postrider.seed");
        for (long seed = only == null ? 1 : only; seed <= (only == null ? SEEDS : only); seed++) {
            try {
                new Schedule(seed).run();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("Replay with -Dpostrider.seed=" + seed, e);
            }
        }
    }

    /** One random schedule. */
    private static final class Schedule {
        private final SplittableRandom random;
        private final QueueCore core = new QueueCore();
        private final List<ConsumerState> consumers = new ArrayList<>();
        private final Map<ConsumerState, Integer> credit = new HashMap<>();
        private final Map<String, Handing> held = new HashMap<>();
        private final Set<String> open = new HashSet<>();
        private final List<Handing> settling = new ArrayList<>();
        private final List<Receipt> stale = new ArrayList<>();
        private long now;
        private long nextChunk = 1;

        Schedule(long seed) {
            random = new SplittableRandom(seed);
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(10)) {
                    case 0 -> join();
                    case 1 -> addCredit();
                    case 2 -> addRange();
                    case 3, 4 -> dispatch();
                    case 5 -> settle();
                    case 6 -> commit();
                    case 7 -> leave();
                    case 8 -> expire();
                    default -> staleReceipt();
                }
                assertThat(core.readyCount()).isEqualTo(open.size() - held.size() - settling.size());
            }
            finish();
        }

        private void join() {
            if (consumers.size() < 4) {
                int first = random.nextInt(6);
                ConsumerState consumer = new ConsumerState(10 + random.nextInt(50), first, false);
                consumers.add(consumer);
                credit.put(consumer, first);
                core.join(consumer);
            }
        }

        private void addCredit() {
            if (!consumers.isEmpty()) {
                ConsumerState consumer = consumers.get(random.nextInt(consumers.size()));
                core.addCredit(consumer, 3);
                credit.merge(consumer, 3, Integer::sum);
            }
        }

        private void addRange() {
            int first = random.nextInt(20);
            int count = 1 + random.nextInt(12);
            RecordBatchWriter writer = new RecordBatchWriter();
            for (int i = 0; i < first + count; i++) {
                writer.append(MessageRecord.builder().build());
            }
            byte[] bits = new byte[(first + count + 7) / 8];
            for (int index = first; index < first + count; index++) {
                if (random.nextInt(4) == 0) {
                    bits[index >> 3] |= (byte) (1 << (index & 7));
                } else {
                    open.add(nextChunk + ":" + index);
                }
            }
            ClaimedRange range = new ClaimedRange(
                    7,
                    nextChunk++,
                    first,
                    RecordBatchReader.of(writer.finish()),
                    count,
                    random.nextInt(10),
                    new ClaimedRange.Progress(0, bits));
            if (range.isFinished()) {
                return;
            }
            core.add(range);
        }

        private void dispatch() {
            int room = random.nextInt(3) > 0 ? Integer.MAX_VALUE : random.nextInt(4);
            for (Handing handing : handOut(room)) {
                String record = record(handing);
                assertThat(open).contains(record);
                assertThat(held).doesNotContainKey(record);
                held.put(record, handing);
                assertThat(credit.merge(handing.consumer(), -1, Integer::sum)).isNotNegative();
            }
        }

        private List<Handing> handOut(int room) {
            List<Handing> handings = new ArrayList<>();
            for (HandingRun run : core.dispatch(now, (range, index) -> true, room)) {
                for (int i = 0; i < run.count(); i++) {
                    handings.add(new Handing(run.consumer(), run.range(), run.first() + i, run.number() + i));
                }
            }
            assertThat(handings.size()).isLessThanOrEqualTo(room);
            return handings;
        }

        private void settle() {
            for (Handing handing : List.copyOf(held.values())) {
                if (random.nextInt(3) == 0) {
                    assertThat(beginSettle(receipt(handing))).isSameAs(handing.range());
                    assertThat(beginSettle(receipt(handing))).isNull();
                    held.remove(record(handing));
                    settling.add(handing);
                }
            }
        }

        private void commit() {
            for (Handing handing : List.copyOf(settling)) {
                int[] index = {handing.index()};
                settling.remove(handing);
                if (random.nextInt(4) > 0) {
                    handing.range().bitsWith(index);
                    core.endSettle(handing.range(), index);
                    forgetIfFinished(handing.range());
                    open.remove(record(handing));
                    stale.add(receipt(handing));
                } else {
                    core.revertSettle(handing.range(), index);
                    if (consumers.contains(handing.consumer())) {
                        held.put(record(handing), handing);
                    } else {
                        // Its consumer has gone meanwhile: it is ready again.
                        stale.add(receipt(handing));
                    }
                }
            }
        }

        private void leave() {
            if (!consumers.isEmpty() && random.nextInt(3) == 0) {
                ConsumerState consumer = consumers.remove(random.nextInt(consumers.size()));
                core.leave(consumer);
                for (Handing handing : List.copyOf(held.values())) {
                    if (handing.consumer() == consumer) {
                        held.remove(record(handing));
                        stale.add(receipt(handing));
                    }
                }
            }
        }

        private void expire() {
            now += random.nextInt(30);
            for (Handing expired : core.expireLeases(now)) {
                Handing handing = held.remove(record(expired));
                assertThat(handing).isNotNull();
                assertThat(expired.range().deadlineMillis(expired.index())).isLessThanOrEqualTo(now);
                settling.add(handing);
            }
        }

        private ClaimedRange beginSettle(Receipt receipt) {
            ClaimedRange range = core.leased(null, receipt.chunkId(), receipt.index(), receipt.handing());
            if (range != null) {
                core.beginSettle(range, receipt.index());
            }
            return range;
        }

        private void staleReceipt() {
            if (!stale.isEmpty()) {
                assertThat(beginSettle(stale.get(random.nextInt(stale.size())))).isNull();
            }
        }

        /** Whatever happened, one patient consumer gets every open record once the leases have run out. */
        private void finish() {
            List.copyOf(consumers).forEach(core::detach);
            now += 1_000;
            core.expireLeases(now).forEach(expired -> {
                settling.add(held.remove(record(expired)));
            });
            assertThat(held).isEmpty();
            for (Handing handing : settling) {
                int[] index = {handing.index()};
                handing.range().bitsWith(index);
                core.endSettle(handing.range(), index);
                open.remove(record(handing));
            }
            ConsumerState patient = new ConsumerState(10, 1_000_000, false);
            core.join(patient);
            Set<String> got = new HashSet<>();
            handOut(Integer.MAX_VALUE).forEach(handing -> got.add(record(handing)));
            assertThat(got).isEqualTo(open);
        }

        private void forgetIfFinished(ClaimedRange range) {
            if (range.isFinished()) {
                core.forget(range);
            }
        }

        private static String record(Handing handing) {
            return handing.range().chunkId() + ":" + handing.index();
        }

        private static Receipt receipt(Handing handing) {
            return new Receipt(7, 1, handing.range().chunkId(), handing.index(), handing.number());
        }
    }
}
