package dev.postrider.broker.simulation;

import dev.postrider.broker.dispatch.Delivered;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** All that clients sent and got, in order; tells every invariant of each fact. */
final class History {
    /** What an operator asks for is done after so long at the latest, if ever: several commits, each may be late. */
    private static final long DONE_MILLIS_MAX = 120_000;

    private final Scheduler scheduler;
    private final Trace trace;
    private final List<Invariant> invariants;
    private final Map<String, Published> byName = new LinkedHashMap<>();
    private final Map<String, List<HandOut>> byIdentity = new LinkedHashMap<>();
    private final Set<String> subscribed = new TreeSet<>();
    private final Map<String, Long> redrives = new HashMap<>();
    private final Map<String, Long> purges = new HashMap<>();

    History(Scheduler scheduler, Trace trace, List<Invariant> invariants) {
        this.scheduler = scheduler;
        this.trace = trace;
        this.invariants = invariants;
    }

    Published create(String name, String queue, Set<String> takers, String key, boolean mayExpire) {
        Set<String> receivers = new TreeSet<>(takers);
        if (queue.equals(Wishes.NEWS)) {
            receivers.retainAll(subscribed);
        }
        boolean mayBePurged = receivers.stream().anyMatch(to -> isRecent(purges.get(to), scheduler.nowMillis()));
        Published message = new Published(name, queue, takers, receivers, key, mayExpire);
        message.mayBePurged = mayBePurged;
        byName.put(name, message);
        return message;
    }

    /** A subscription of the queue to the topic was answered: it holds from now on. */
    void subscribed(String queue) {
        trace.note("subscribed", 0, queue);
        subscribed.add(queue);
    }

    /** A publish is about to be sent, or was sent and may be stored. */
    void attempted(List<Published> messages) {
        messages.forEach(message -> message.attempts++);
    }

    /** A publish was turned down for good: nothing of it is stored. */
    void refused(List<Published> messages) {
        messages.forEach(message -> message.attempts--);
    }

    void acknowledged(List<Published> messages, List<String> ids) {
        for (int i = 0; i < ids.size(); i++) {
            Published message = messages.get(i);
            String id = ids.get(i);
            message.ids.add(id);
            trace.note("stored", id.hashCode(), message);
            invariants.forEach(invariant -> invariant.acknowledged(message, id));
        }
    }

    /** Somebody sends the dead letters of a queue back to work: sooner or later, or not at all. */
    void redriven(String queue) {
        trace.note("redriven", 0, queue);
        redrives.put(queue, scheduler.nowMillis());
    }

    /** True if a dead letter of that time may have been sent back to work. */
    boolean mayComeBack(String queue, long deadSinceMillis) {
        return isRecent(redrives.get(queue), deadSinceMillis);
    }

    /** Somebody empties a queue: what is in it, or comes into it meanwhile, may go. */
    void purged(String queue) {
        trace.note("purged", 0, queue);
        purges.put(queue, scheduler.nowMillis());
        byName.values().stream()
                .filter(message -> message.takers.contains(queue))
                .forEach(message -> message.mayBePurged = true);
    }

    /** Asked for after that time, or so shortly before it that it may have been done since. */
    private static boolean isRecent(Long askedAtMillis, long atMillis) {
        return askedAtMillis != null && askedAtMillis + DONE_MILLIS_MAX > atMillis;
    }

    void granted(Session session, int credit) {
        invariants.forEach(invariant -> invariant.granted(session, credit));
    }

    HandOut handedOut(Session session, Delivered delivered, long atMillis) {
        String name = new String(delivered.record().body(), StandardCharsets.UTF_8);
        HandOut handOut = new HandOut(
                byName.get(name),
                delivered.queue(),
                delivered.id(),
                delivered.attempt(),
                delivered.receipt(),
                session,
                atMillis);
        trace.note("handed out", handOut.number(), handOut);
        invariants.forEach(invariant -> invariant.handedOut(handOut));
        session.handOuts.add(handOut);
        byIdentity
                .computeIfAbsent(handOut.identity(), absent -> new ArrayList<>())
                .add(handOut);
        return handOut;
    }

    void asked(HandOut handOut, HandOut.End end) {
        trace.note("asked " + end, handOut.number(), handOut);
        handOut.requests++;
        if (end == HandOut.End.ACK) {
            handOut.acknowledgements++;
        } else {
            handOut.refused = true;
        }
    }

    void askedToExtend(HandOut handOut, long leaseMillis) {
        handOut.leaseUntilMillis = Math.min(handOut.leaseUntilMillis, scheduler.nowMillis() + leaseMillis);
    }

    void extended(HandOut handOut, long askedAtMillis, long leaseMillis) {
        trace.note("extended", handOut.number(), handOut);
        handOut.leaseUntilMillis = askedAtMillis + leaseMillis;
    }

    void settled(HandOut handOut, HandOut.End end) {
        trace.note("settled " + end, handOut.number(), handOut);
        invariants.forEach(invariant -> invariant.settled(handOut, end));
        handOut.end = end;
        handOut.endedAtMillis = scheduler.nowMillis();
    }

    /** The receipt was turned down, so that this request ended nothing. */
    void turnedDown(HandOut handOut, HandOut.End end) {
        trace.note("turned down " + end, handOut.number(), handOut);
        invariants.forEach(invariant -> invariant.turnedDown(handOut));
        if (end == HandOut.End.ACK) {
            handOut.acknowledgements--;
        }
    }

    void look(World world) {
        invariants.forEach(invariant -> invariant.look(world));
    }

    void atEnd(World world) {
        invariants.forEach(invariant -> invariant.atEnd(world));
    }

    Collection<Published> published() {
        return byName.values();
    }

    /** Null if there is no such message. */
    Published named(String name) {
        return byName.get(name);
    }

    /** Of a message in a queue, the oldest first. */
    List<HandOut> handOuts(String identity) {
        return byIdentity.getOrDefault(identity, List.of());
    }

    int handOutCount() {
        return byIdentity.values().stream().mapToInt(List::size).sum();
    }

    long nowMillis() {
        return scheduler.nowMillis();
    }
}
