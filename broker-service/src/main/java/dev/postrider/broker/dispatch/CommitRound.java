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
    private final DispatchSettings settings;
    private final BrokerSession session;
    private final DatabaseClock clock;
    private final List<PendingPublish> publishes;
    private final List<SettleGroup> groups;
    private final List<Redrive> redrives;

    private final List<Admission.Key> keys = new ArrayList<>();
    private final Map<PendingPublish, String[]> keyedIds = new IdentityHashMap<>();
    private final Map<PendingPublish, List<String>> ids = new LinkedHashMap<>();
    private final Map<PendingPublish, BrokerException> refused = new LinkedHashMap<>();
    private final Map<QueueDispatcher, ChunkAssembly> assemblies = new LinkedHashMap<>();
    private final Map<Settlement, SettleGroup> settled = new LinkedHashMap<>();
    private final List<Stored> stored = new ArrayList<>();
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
    }

    int publishCount() {
        return publishes.size();
    }

    int settlementCount() {
        return settled.size();
    }

    void announcePublished(BrokerListener listener) {
        ids.forEach((publish, stored) ->
                listener.published(publish.queue().definition().name(), stored.size()));
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
        long expiresAt = clock.nowMillis()
                + publish.queue().definition().settings().deduplicationWindow().millis();
        String[] chosen = new String[publish.messages().size()];
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
            redrive.records().forEach(record -> append(redrive.target(), record, 0, id -> {}));
        }
        List<NewChunk> chunks = new ArrayList<>();
        for (ChunkAssembly assembly : assemblies.values()) {
            stored.addAll(assembly.build());
        }
        stored.forEach(chunk -> chunks.add(chunk.chunk()));
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
        assemblies.clear();
        settled.clear();
        stored.clear();
        late.clear();
    }

    private int addPublish(
            PendingPublish publish, Map<Integer, String> duplicates, int keyPosition, Map<Integer, Long> depths) {
        String[] chosen = keyedIds.get(publish);
        String[] answer = new String[publish.messages().size()];
        int next = keyPosition;
        for (int i = 0; i < answer.length && chosen != null; i++) {
            if (chosen[i] != null) {
                answer[i] = duplicates.get(next++);
            }
        }
        long fresh = Arrays.stream(answer).filter(id -> id == null).count();
        if (isOverLimit(publish, fresh, depths)) {
            refused.put(
                    publish, new BrokerException(ProblemCode.QUEUE_FULL, "The queue holds as many messages as it may"));
            return next;
        }
        for (int i = 0; i < answer.length; i++) {
            if (answer[i] == null) {
                appendPublished(publish, i, chosen == null ? null : chosen[i], answer);
            }
        }
        ids.put(publish, Arrays.asList(answer));
        return next;
    }

    private static boolean isOverLimit(PendingPublish publish, long fresh, Map<Integer, Long> depths) {
        QueueSettings queue = publish.queue().definition().settings();
        if (queue.maxMessages() == null || fresh == 0) {
            return false;
        }
        long depth = depths.getOrDefault(publish.queue().definition().id(), 0L) + fresh;
        if (depth > queue.maxMessages()) {
            return true;
        }
        depths.put(publish.queue().definition().id(), depth);
        return false;
    }

    private void appendPublished(PendingPublish publish, int position, String chosenId, String[] answer) {
        MessageRecord message = publish.messages().get(position);
        QueueSettings queue = publish.queue().definition().settings();
        if (chosenId != null && message.id() == null
                || message.ttlMillis() == MessageRecord.NONE && queue.ttl() != null) {
            MessageRecord.Builder builder = message.toBuilder();
            if (chosenId != null) {
                builder.id(chosenId);
            }
            if (message.ttlMillis() == MessageRecord.NONE && queue.ttl() != null) {
                builder.ttlMillis(queue.ttl().millis());
            }
            message = builder.build();
        }
        long now = clock.nowMillis();
        long due = Math.max(message.deliverAtMillis(), message.delayMillis() > 0 ? now + message.delayMillis() : 0);
        append(publish.queue(), message, due > now ? due : 0, id -> answer[position] = id);
    }

    private void append(QueueDispatcher queue, MessageRecord record, long readyAtMillis, ChunkAssembly.IdSink sink) {
        long now = clock.nowMillis();
        long publishedAt = record.publishedAtMillis() == MessageRecord.NONE ? now : record.publishedAtMillis();
        long expiresAt = record.ttlMillis() == MessageRecord.NONE ? 0 : publishedAt + record.ttlMillis();
        assemblies
                .computeIfAbsent(queue, absent -> new ChunkAssembly(queue, settings, session))
                .add(record, DueTimes.readyAt(readyAtMillis, now), DueTimes.expiresAt(expiresAt), sink);
    }

    private void addGroup(SettleGroup group, List<NewDeadLetter> deadLetters) {
        byte[] bits = group.range().bitsWith(group.indexes());
        bitsSet = true;
        int count = group.range().settledBitCount();
        Settlement.Kind kind = count == group.range().count()
                ? Settlement.Kind.FINISH
                : group.release() ? Settlement.Kind.RELEASE : Settlement.Kind.PROGRESS;
        settled.put(
                new Settlement(
                        group.range().queueId(),
                        group.range().chunkId(),
                        group.range().first(),
                        kind,
                        count == 0 ? null : bits,
                        count,
                        group.range().settledCount(),
                        group.range().count()),
                group);
        for (Move move : group.moves()) {
            if (move.deadLetter() != null) {
                deadLetters.add(move.deadLetter());
            } else {
                append(move.target(), move.record(), move.readyAtMillis(), id -> {});
            }
        }
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
            stored.forEach(CommitRound::handOver);
            redrives.forEach(redrive -> redrive.outcome().committed(null));
            publishes.stream().filter(ids::containsKey).forEach(publish -> publish.answer()
                    .complete(ids.get(publish)));
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
        for (NewDelivery delivery : chunk.chunk().deliveries()) {
            if (delivery.readyAtMillis() > 0) {
                chunk.queue().scheduled(delivery.readyAtMillis());
            }
        }
        chunk.queue().appended(chunk);
    }

    /** The transaction failed, or nobody knows. */
    void fail(BrokerException reason, Activity activity) {
        for (Stored chunk : stored) {
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
        for (Stored chunk : stored) {
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
