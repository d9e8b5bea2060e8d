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
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * What one commit carries, from the gathering to the answers. Used once; build may run again when the store repeats
 * it.
 */
final class CommitRound {
    private static final Logger LOG = Logger.getLogger(CommitRound.class);
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
    private final TopicPublishes topics = new TopicPublishes();
    private final FairTurns turns;
    private final long bytes;
    private ChunkAssembly assembly;
    /** Of ranges that were dropped while they waited. */
    private final List<SettleGroup> late = new ArrayList<>();

    private boolean bitsSet;

    /** Dead letters on their way back to a queue, or what a topic retained, and what to tell about it. */
    record Redrive(QueueDispatcher target, List<Long> rows, List<MessageRecord> records, SettleGroup.Outcome outcome) {}

    CommitRound(
            DispatchSettings settings,
            BrokerSession session,
            DatabaseClock clock,
            FairTurns turns,
            List<PendingPublish> publishes,
            List<SettleGroup> groups,
            List<Redrive> redrives) {
        this.settings = settings;
        this.session = session;
        this.clock = clock;
        this.turns = turns;
        this.publishes = publishes;
        this.groups = groups;
        this.redrives = redrives;
        this.bytes = publishes.stream().mapToLong(PendingPublish::bytes).sum();
        this.assembly = new ChunkAssembly(settings, session, turns);
    }

    /** About how many bytes are published. */
    long bytes() {
        return bytes;
    }

    int publishCount() {
        return publishes.size();
    }

    int settlementCount() {
        return settled.size();
    }

    void announcePublished(BrokerListener listener) {
        ids.forEach((publish, stored) -> {
            if (publish.topic() == null) {
                listener.published(publish.queue().definition().name(), publish.count());
            }
        });
        topics.announcePublished(listener);
    }

    /** Tells of what was dropped because a queue was full. */
    void announceDropped(Map<Integer, Long> dropped, BrokerListener listener) {
        if (dropped.isEmpty()) {
            return;
        }
        publishes.stream()
                .flatMap(publish -> publish.limitedQueues().stream())
                .map(QueueDispatcher::definition)
                .filter(queue -> dropped.getOrDefault(queue.id(), 0L) > 0)
                .distinct()
                .forEach(queue -> {
                    long messages = dropped.get(queue.id());
                    LOG.debugf("Queue %s was full and dropped its %d oldest messages", queue.name(), messages);
                    listener.settled(queue.name(), BrokerListener.Ending.DROPPED, (int) messages);
                });
    }

    boolean isEmpty() {
        return publishes.isEmpty() && groups.isEmpty() && redrives.isEmpty();
    }

    /** What must be asked first. */
    Admission admission() {
        List<Integer> limited = new ArrayList<>();
        for (PendingPublish publish : publishes) {
            if (publish.topic() != null) {
                topics.ask(publish.topic());
            }
            if (publish.isLimited()) {
                publish.limitedQueues().stream()
                        .map(queue -> queue.definition().id())
                        .filter(id -> !limited.contains(id))
                        .forEach(limited::add);
            }
            if (publish.isKeyed()) {
                claimKeys(publish);
            }
            turns.ask(publish);
        }
        turns.ask(groups, redrives);
        Admission admission = new Admission(keys, limited, topics.ids(), turns.asked());
        return admission.isEmpty() ? Admission.NONE : admission;
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
                keys.add(new Admission.Key(publish.targetId(), key, chosen[i], expiresAt));
            }
        }
        keyedIds.put(publish, chosen);
    }

    /**
     * Builds the batch; null: nothing may be stored, because the only publish in it is refused, or messages of a
     * topic would go astray.
     */
    CommitBatch build(Admitted admitted) {
        reset();
        turns.begin(admitted);
        if (!topics.hold(admitted)) {
            return null;
        }
        QueueRoom room = new QueueRoom(admitted.depths());
        int keyPosition = 0;
        for (PendingPublish publish : publishes) {
            keyPosition = addPublish(publish, admitted.duplicates(), keyPosition, room);
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
            redrive.records().forEach(record -> append(redrive.target(), record, dueOf(record), false));
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
                                        .anyMatch(group -> !group.moves().isEmpty()),
                        Relaxation.isFit(publishes, groups, redrives),
                        room.excess());
    }

    private void reset() {
        unreserve();
        clearBits();
        ids.clear();
        refused.clear();
        assembly = new ChunkAssembly(settings, session, turns);
        settled.clear();
        late.clear();
    }

    private int addPublish(PendingPublish publish, Map<Integer, String> duplicates, int keyPosition, QueueRoom room) {
        if (publish.isPlain()) {
            if (isAdmitted(publish, publish.count(), room)) {
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
        if (publish.topic() != null) {
            copyToQueues(publish, chosen, answer, room);
            return next;
        }
        long fresh = Arrays.stream(answer).filter(id -> id == null).count();
        if (isAdmitted(publish, fresh, room)) {
            for (int i = 0; i < answer.length; i++) {
                if (answer[i] == null) {
                    appendPublished(publish, i, chosen == null ? null : chosen[i], answer);
                }
            }
            ids.put(publish, Arrays.asList(answer));
        }
        return next;
    }

    private boolean isAdmitted(PendingPublish publish, long fresh, QueueRoom room) {
        boolean admitted = room.admits(publish, fresh);
        if (!admitted) {
            refused.put(publish, new BrokerException(ProblemCode.QUEUE_FULL, "The queue holds as much as it may"));
        }
        return admitted;
    }

    /** All of the topic's queues get what is fresh, or none does. */
    private void copyToQueues(PendingPublish publish, String[] chosen, PublishedIds.Run[] answer, QueueRoom room) {
        List<TopicPublishes.Copied> fresh = topics.copies(publish, chosen, answer);
        QueueDispatcher full = topics.admit(publish.topic(), fresh, room);
        if (full != null) {
            String detail = "The subscribed queue '" + full.definition().name() + "' holds as much as it may";
            refused.put(publish, new BrokerException(ProblemCode.QUEUE_FULL, detail));
            return;
        }
        Fanout fanout = topics.fanout(publish.topic());
        for (TopicPublishes.Copied copied : fresh) {
            MessageRecord message = copied.message();
            Append.Places places = places(message.id(), copied.position(), answer);
            if (copied.isWantedBy(fanout)) {
                Append.DeliveryTraits delivery = fanout.placed(deliveryOf(message, dueOf(message), false));
                assembly.add(fanout, new Append(message, null, 0, 1, delivery, places, copied.refusedBy()));
            } else {
                places.are(0, 1, session.nextChunkId(), 0);
            }
        }
        ids.put(publish, Arrays.asList(answer));
    }

    private void appendPublished(PendingPublish publish, int position, String chosenId, PublishedIds.Run[] answer) {
        MessageRecord given = publish.messages().get(position);
        MessageRecord message = completed(given, publish.queue().definition().settings(), chosenId);
        Append.Places places = places(message.id(), position, answer);
        Append.DeliveryTraits delivery = deliveryOf(message, dueOf(message), false);
        assembly.add(
                publish.queue(),
                message == given && publish.records() != null
                        ? new Append(null, publish.records(), position, 1, delivery, places)
                        : new Append(message, null, 0, 1, delivery, places));
    }

    private static Append.Places places(String id, int position, PublishedIds.Run[] answer) {
        return (offset, count, chunkId, first) -> answer[position] =
                id != null ? PublishedIds.Run.chosen(id) : new PublishedIds.Run(null, chunkId, first, 1);
    }

    /** When it becomes ready; 0: at once. */
    private long dueOf(MessageRecord message) {
        long now = clock.nowMillis();
        long due = Math.max(message.deliverAtMillis(), message.delayMillis() > 0 ? now + message.delayMillis() : 0);
        return due > now ? due : 0;
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

    private void append(QueueDispatcher queue, MessageRecord record, long readyAtMillis, boolean holds) {
        assembly.add(
                queue, new Append(record, null, 0, 1, deliveryOf(record, readyAtMillis, holds), Append.Places.UNKNOWN));
    }

    private Append.DeliveryTraits deliveryOf(MessageRecord record, long readyAtMillis, boolean holds) {
        long now = clock.nowMillis();
        long publishedAt = record.publishedAtMillis() == MessageRecord.NONE ? now : record.publishedAtMillis();
        long expiresAt = record.ttlMillis() == MessageRecord.NONE ? 0 : publishedAt + record.ttlMillis();
        long readyAt = DueTimes.readyAt(readyAtMillis, now);
        return new Append.DeliveryTraits(
                assembly.keeps(readyAt), record.priority(), readyAt, DueTimes.expiresAt(expiresAt), holds);
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
                        group.kind(count),
                        count == 0 ? null : bits,
                        count,
                        group.range().settledCount(),
                        group.range().count(),
                        group.sheds() ? group.rest() : null),
                group);
        for (Move move : group.moves()) {
            if (move.deadLetter() != null) {
                deadLetters.add(move.deadLetter());
            } else {
                boolean failed = group.ending() != null && move.target() == group.queue();
                boolean holds = failed
                        && group.queue().isOrdered()
                        && group.queue()
                                .partitions()
                                .rules()
                                .holds(move.record().key());
                append(move.target(), move.record(), move.readyAtMillis(), holds);
            }
        }
    }

    /** The transaction was carried out as the result says. Gives back the groups that must be tried again. */
    List<SettleGroup> finish(CommitResult result) {
        // A round that was misrouted was not built as far as its groups.
        List<SettleGroup> again = new ArrayList<>(topics.isMisrouted() ? groups : List.of());
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
            turns.keep();
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

    /** True: other routes hold for a topic than were known, so that nothing was stored. */
    boolean isMisrouted() {
        return topics.isMisrouted();
    }

    /** Reads the routes again that do not hold; never fails. Publishes to what is not there are refused. */
    Future<Void> reroute() {
        return topics.reroute()
                .onSuccess(failures -> publishes.forEach(publish -> {
                    if (publish.topic() != null && failures.containsKey(publish.topic())) {
                        refused.put(publish, failures.get(publish.topic()));
                    }
                }))
                .mapEmpty();
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
            if (delivery.readyAtMillis() > 0 && delivery.owner() == 0) {
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
                chunk.queue().reservations().end(chunk.chunk().id(), delivery);
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
