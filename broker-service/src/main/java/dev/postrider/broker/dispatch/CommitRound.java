package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.ChunkAssembly.Stored;
import dev.postrider.broker.event.BrokerListener;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.Admission;
import dev.postrider.broker.store.Admitted;
import dev.postrider.broker.store.CommitBatch;
import dev.postrider.broker.store.CommitResult;
import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.NewDeadLetter;
import dev.postrider.broker.store.NewDelivery;
import dev.postrider.broker.store.Settlement;
import dev.postrider.protocol.MessageIds;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.record.MessageRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one commit carries, from the gathering to the answers. Used once; build may run again when the store repeats
 * it.
 */
final class CommitRound {
    private static final Append.DeliveryTraits AT_ONCE = new Append.DeliveryTraits(false, 0, 0, 0);

    private final DispatchSettings settings;
    private final BrokerSession session;
    private final DatabaseClock clock;
    private final List<PendingPublish> publishes;
    private final List<SettleGroup> groups;
    private final List<Redrive> redrives;

    private final List<Admission.Key> keys = new ArrayList<>();
    private final Map<PendingPublish, String[]> keyedIds = new IdentityHashMap<>();
    private final Map<PendingPublish, List<PublishedIds.Run>> ids = new LinkedHashMap<>();
    private final Map<PendingPublish, BrokerException> refused = new LinkedHashMap<>();
    private final Map<Settlement, SettleGroup> settled = new LinkedHashMap<>();
    private ChunkAssembly assembly;
    /** Of ranges that were dropped while they waited. */
    private final List<SettleGroup> late = new ArrayList<>();

    private boolean bitsSet;

    /** Dead letters on their way back to a queue, and what to tell about it. */
    record Redrive(QueueDispatcher target, List<Long> rows, List<MessageRecord> records, SettleGroup.Outcome outcome) {}

    CommitRound(
            DispatchSettings settings,
            BrokerSession session,
            DatabaseClock clock,
            List<PendingPublish> publishes,
            List<SettleGroup> groups,
            List<Redrive> redrives) {
        this.settings = settings;
        this.session = session;
        this.clock = clock;
        this.publishes = publishes;
        this.groups = groups;
        this.redrives = redrives;
        this.assembly = new ChunkAssembly(settings, session);
    }

    int publishCount() {
        return publishes.size();
    }

    int settlementCount() {
        return settled.size();
    }

    void announcePublished(BrokerListener listener) {
        ids.forEach((publish, stored) ->
                listener.published(publish.queue().definition().name(), publish.count()));
    }

    boolean isEmpty() {
        return publishes.isEmpty() && groups.isEmpty() && redrives.isEmpty();
    }

    /** What must be asked first. */
    Admission admission() {
        List<Integer> limited = new ArrayList<>();
        for (PendingPublish publish : publishes) {
            if (publish.isLimited()
                    && !limited.contains(publish.queue().definition().id())) {
                limited.add(publish.queue().definition().id());
            }
            if (publish.isKeyed()) {
                claimKeys(publish);
            }
        }
        return keys.isEmpty() && limited.isEmpty() ? Admission.NONE : new Admission(keys, limited);
    }

    private void claimKeys(PendingPublish publish) {
        long expiresAt = clock.nowMillis() + publish.keyWindowMillis();
        String[] chosen = new String[publish.count()];
        for (int i = 0; i < chosen.length; i++) {
            MessageRecord message = publish.messages().get(i);
            String key = PendingPublish.keyOf(message);
            if (key != null) {
                // A later duplicate is answered with this id, so it has to be known before the chunk is.
                chosen[i] = message.id() != null ? message.id() : MessageIds.derived(session.nextChunkId(), 0);
                keys.add(new Admission.Key(publish.queue().definition().id(), key, chosen[i], expiresAt));
            }
        }
        keyedIds.put(publish, chosen);
    }

    /** Builds the batch; null: nothing may be stored, because the only publish in it is refused. */
    CommitBatch build(Admitted admitted) {
        reset();
        Map<Integer, Long> depths = new HashMap<>(admitted.depths());
        int keyPosition = 0;
        for (PendingPublish publish : publishes) {
            keyPosition = addPublish(publish, admitted.duplicates(), keyPosition, depths);
        }
        List<NewDeadLetter> deadLetters = new ArrayList<>();
        List<Long> redriven = new ArrayList<>();
        for (SettleGroup group : groups) {
            if (group.range().isDropped()) {
                // This broker may have come back under a new id and own the delivery again, with other bounds.
                late.add(group);
            } else {
                addGroup(group, deadLetters);
            }
        }
        for (Redrive redrive : redrives) {
            redriven.addAll(redrive.rows());
            redrive.records().forEach(record -> append(redrive.target(), record, 0));
        }
        List<NewChunk> chunks = assembly.build();
        boolean keysOfRefused = !refused.isEmpty() && !keys.isEmpty();
        return keysOfRefused
                ? null
                : new CommitBatch(
                        session.brokerId(),
                        chunks,
                        new ArrayList<>(settled.keySet()),
                        deadLetters,
                        redriven,
                        !redriven.isEmpty()
                                || settled.values().stream()
                                        .anyMatch(group -> !group.moves().isEmpty()));
    }

    private void reset() {
        unreserve();
        clearBits();
        ids.clear();
        refused.clear();
        assembly = new ChunkAssembly(settings, session);
        settled.clear();
        late.clear();
    }

    private int addPublish(
            PendingPublish publish, Map<Integer, String> duplicates, int keyPosition, Map<Integer, Long> depths) {
        if (publish.isPlain()) {
            if (isAdmitted(publish, publish.count(), depths)) {
                List<PublishedIds.Run> runs = new ArrayList<>(1);
                assembly.add(
                        publish.queue(),
                        new Append(
                                null,
                                publish.records(),
                                0,
                                publish.count(),
                                AT_ONCE,
                                (offset, count, chunkId, first) ->
                                        runs.add(new PublishedIds.Run(null, chunkId, first, count))));
                ids.put(publish, runs);
            }
            return keyPosition;
        }
        String[] chosen = keyedIds.get(publish);
        PublishedIds.Run[] answer = new PublishedIds.Run[publish.count()];
        int next = keyPosition;
        for (int i = 0; i < answer.length && chosen != null; i++) {
            if (chosen[i] != null) {
                String duplicate = duplicates.get(next++);
                answer[i] = duplicate == null ? null : PublishedIds.Run.chosen(duplicate);
            }
        }
        long fresh = Arrays.stream(answer).filter(id -> id == null).count();
        if (isAdmitted(publish, fresh, depths)) {
            for (int i = 0; i < answer.length; i++) {
                if (answer[i] == null) {
                    appendPublished(publish, i, chosen == null ? null : chosen[i], answer);
                }
            }
            ids.put(publish, Arrays.asList(answer));
        }
        return next;
    }

    private boolean isAdmitted(PendingPublish publish, long fresh, Map<Integer, Long> depths) {
        boolean over = isOverLimit(publish, fresh, depths);
        if (over) {
            refused.put(
                    publish, new BrokerException(ProblemCode.QUEUE_FULL, "The queue holds as many messages as it may"));
        }
        return !over;
    }

    private static boolean isOverLimit(PendingPublish publish, long fresh, Map<Integer, Long> depths) {
        QueueSettings queue = publish.queue().definition().settings();
        if (queue.limits().maxMessages() == null || fresh == 0) {
            return false;
        }
        long depth = depths.getOrDefault(publish.queue().definition().id(), 0L) + fresh;
        if (depth > queue.limits().maxMessages()) {
            return true;
        }
        depths.put(publish.queue().definition().id(), depth);
        return false;
    }

    private void appendPublished(PendingPublish publish, int position, String chosenId, PublishedIds.Run[] answer) {
        MessageRecord given = publish.messages().get(position);
        MessageRecord message = completed(given, publish.queue().definition().settings(), chosenId);
        long now = clock.nowMillis();
        long due = Math.max(message.deliverAtMillis(), message.delayMillis() > 0 ? now + message.delayMillis() : 0);
        String id = message.id();
        Append.Places places = (offset, count, chunkId, first) -> answer[position] =
                id != null ? PublishedIds.Run.chosen(id) : new PublishedIds.Run(null, chunkId, first, 1);
        Append.DeliveryTraits delivery = deliveryOf(message, due > now ? due : 0);
        assembly.add(
                publish.queue(),
                message == given && publish.records() != null
                        ? new Append(null, publish.records(), position, 1, delivery, places)
                        : new Append(message, null, 0, 1, delivery, places));
    }

    /** With what the queue adds to it; the same if that is nothing. */
    private static MessageRecord completed(MessageRecord message, QueueSettings queue, String chosenId) {
        boolean nameless = chosenId != null && message.id() == null;
        boolean timeless = message.ttlMillis() == MessageRecord.NONE && queue.ttl() != null;
        if (!nameless && !timeless) {
            return message;
        }
        MessageRecord.Builder builder = message.toBuilder();
        if (nameless) {
            builder.id(chosenId);
        }
        if (timeless) {
            builder.ttlMillis(queue.ttl().millis());
        }
        return builder.build();
    }

    private void append(QueueDispatcher queue, MessageRecord record, long readyAtMillis) {
        assembly.add(queue, new Append(record, null, 0, 1, deliveryOf(record, readyAtMillis), Append.Places.UNKNOWN));
    }

    private Append.DeliveryTraits deliveryOf(MessageRecord record, long readyAtMillis) {
        long now = clock.nowMillis();
        long publishedAt = record.publishedAtMillis() == MessageRecord.NONE ? now : record.publishedAtMillis();
        long expiresAt = record.ttlMillis() == MessageRecord.NONE ? 0 : publishedAt + record.ttlMillis();
        long readyAt = DueTimes.readyAt(readyAtMillis, now);
        return new Append.DeliveryTraits(
                assembly.keeps(readyAt), record.priority(), readyAt, DueTimes.expiresAt(expiresAt));
    }

    private void addGroup(SettleGroup group, List<NewDeadLetter> deadLetters) {
        byte[] bits = group.range().bitsWith(group.indexes());
        bitsSet = true;
        int count = group.range().settledBitCount();
        settled.put(
                new Settlement(
                        group.range().queueId(),
                        group.range().chunkId(),
                        group.range().first(),
                        kindOf(group, count),
                        count == 0 ? null : bits,
                        count,
                        group.range().settledCount(),
                        group.range().count(),
                        group.sheds() ? restOf(group.indexes()) : null),
                group);
        for (Move move : group.moves()) {
            if (move.deadLetter() != null) {
                deadLetters.add(move.deadLetter());
            } else {
                append(move.target(), move.record(), move.readyAtMillis());
            }
        }
    }

    private static Settlement.Kind kindOf(SettleGroup group, int settledCount) {
        if (group.sheds()) {
            return Settlement.Kind.SHED;
        }
        if (settledCount == group.range().count()) {
            return Settlement.Kind.FINISH;
        }
        return group.release() ? Settlement.Kind.RELEASE : Settlement.Kind.PROGRESS;
    }

    /** @param indexes rising */
    private static Settlement.Rest restOf(int[] indexes) {
        int first = indexes[0];
        int last = indexes[indexes.length - 1];
        BitSet others = new BitSet();
        others.set(first, last + 1);
        for (int index : indexes) {
            others.clear(index);
        }
        int count = last + 1 - first;
        byte[] bits = others.isEmpty() ? null : Arrays.copyOf(others.toByteArray(), (last + 8) / 8);
        return new Settlement.Rest(first, count, bits, count - indexes.length);
    }

    /** The transaction was carried out as the result says. Gives back the groups that must be tried again. */
    List<SettleGroup> finish(CommitResult result) {
        List<SettleGroup> again = new ArrayList<>();
        if (!result.stored()) {
            unreserve();
            clearBits();
        }
        settled.forEach((settlement, group) -> {
            if (result.lost().contains(settlement)) {
                group.outcome().lost(group);
            } else if (result.stored()) {
                group.outcome().committed(group);
            } else {
                again.add(group);
            }
        });
        late.forEach(group -> group.outcome().lost(group));
        if (result.stored()) {
            assembly.stored().forEach(CommitRound::handOver);
            redrives.forEach(redrive -> redrive.outcome().committed(null));
            publishes.stream().filter(ids::containsKey).forEach(publish -> publish.answer()
                    .complete(PublishedIds.of(ids.get(publish))));
        }
        if (!result.stored() && result.lost().isEmpty()) {
            redrives.forEach(redrive -> redrive.outcome().lost(null));
        }
        refused.forEach((publish, reason) -> publish.answer().fail(reason));
        return again;
    }

    /** Publishes that a rolled-back round carried and that were not refused, the last one first. */
    List<PendingPublish> publishesToRepeat() {
        List<PendingPublish> repeat = new ArrayList<>(publishes);
        repeat.removeIf(refused::containsKey);
        Collections.reverse(repeat);
        return repeat;
    }

    /** Redrives that a rolled-back round carried through no fault of theirs. */
    List<Redrive> redrivesToRepeat(CommitResult result) {
        return result.lost().isEmpty() ? List.of() : redrives;
    }

    private static void handOver(Stored chunk) {
        for (NewDelivery delivery : chunk.deliveries()) {
            if (delivery.readyAtMillis() > 0) {
                chunk.queue().scheduled(delivery.readyAtMillis());
            }
        }
        chunk.queue().appended(chunk);
    }

    /** The transaction failed, or nobody knows. */
    void fail(BrokerException reason, Activity activity) {
        for (Stored chunk : assembly.stored()) {
            for (NewDelivery delivery : chunk.owned()) {
                activity.doubt(new Activity.DeliveryKey(
                        delivery.queueId(), chunk.chunk().id(), delivery.first()));
            }
        }
        unreserve();
        clearBits();
        publishes.forEach(publish -> publish.answer().fail(reason));
        groups.forEach(group -> group.outcome().failed(group, reason));
        redrives.forEach(redrive -> redrive.outcome().failed(null, reason));
    }

    private void unreserve() {
        for (Stored chunk : assembly.stored()) {
            for (NewDelivery delivery : chunk.owned()) {
                chunk.queue().unreserve(delivery.count());
            }
        }
    }

    private void clearBits() {
        if (bitsSet) {
            groups.forEach(group -> group.range().clearBits(group.indexes()));
            bitsSet = false;
        }
    }
}
