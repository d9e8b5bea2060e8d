package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.event.BrokerListener;
import dev.postrider.broker.store.CommitResult;
import dev.postrider.broker.store.MessageStore;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/**
 * The one door for all that must last. Gathers what is published, settled and given back, commits it in one
 * transaction and answers those who wait; while one commit is on its way the next gathers. No publish waits for a
 * timer: an idle loop commits at once, a busy one commits big chunks. A settlement waits a moment for a publish that
 * is about to come ({@link CommitPace}).
 *
 * <p>Runs on the broker's event loop.
 */
final class CommitLoop {
    private static final long BACKOFF_MIN_MILLIS = 50;
    /** Short: a database that is away refuses at once, and the first try after it is back should come soon. */
    private static final long BACKOFF_MAX_MILLIS = 250;

    private final EventLoop loop;
    private final MessageStore store;
    private final DispatchSettings settings;
    private final BrokerSession session;
    private final DatabaseClock clock;
    private final Activity activity;
    private final BrokerListener listener;

    private final FairLine<PendingPublish> publishes = new FairLine<>(PendingPublish::target, PendingPublish::bytes);
    private final LinkedHashMap<Object, List<SettleGroup>> groupsByRange = new LinkedHashMap<>();
    private final ArrayDeque<CommitRound.Redrive> redrives = new ArrayDeque<>();
    private final Set<Object> rangesUnderWay = new HashSet<>();
    private final FairQueues fair = new FairQueues();
    /** What is published to an ordered or a fair queue is stored in the order in which it came. */
    private final Set<QueueDispatcher> orderedUnderWay = new HashSet<>();

    private final CommitPace pace = new CommitPace();
    /** Since when settlements wait that may go with the next publish; none of the others waits. */
    private long heldSinceMillis;

    private boolean holdable = true;
    private boolean holding;

    private int underWay;
    private long bytesUnderWay;
    private boolean scheduled;
    private boolean backingOff;
    private long backoffMillis;
    private final Awaited idle = new Awaited(this::isIdle);

    CommitLoop(
            EventLoop loop,
            MessageStore store,
            DispatchSettings settings,
            BrokerSession session,
            DatabaseClock clock,
            Activity activity,
            BrokerListener listener) {
        this.loop = loop;
        this.store = store;
        this.settings = settings;
        this.session = session;
        this.clock = clock;
        this.activity = activity;
        this.listener = listener;
    }

    void publish(PendingPublish publish) {
        publishes.add(publish);
        pace.published(loop.monotonicMillis());
        if (holding && !groupsByRange.isEmpty()) {
            pace.waitedWell();
        }
        schedule();
    }

    void settle(SettleGroup group) {
        heldSinceMillis = groupsByRange.isEmpty() ? loop.monotonicMillis() : heldSinceMillis;
        holdable &= group.canWait();
        // What is shed is written otherwise than what is settled, so it is a group of its own.
        groupsByRange
                .computeIfAbsent(group.sheds() ? group : group.range(), absent -> new ArrayList<>(1))
                .add(group);
        schedule();
    }

    /**
     * Appends records to a queue, and deletes the rows of dead letters with it. Answers false if nothing was done,
     * because some of the rows were gone, or for another's sake.
     */
    Future<Boolean> redrive(QueueDispatcher target, List<Long> rows, List<MessageRecord> records) {
        Promise<Boolean> done = Promise.promise();
        redrives.add(new CommitRound.Redrive(target, rows, records, new Told(done)));
        schedule();
        return done.future();
    }

    /** True if nothing waits and nothing is under way. */
    boolean isIdle() {
        return underWay == 0 && !hasWork();
    }

    /** Runs the task once the loop is idle. */
    void whenIdle(Runnable task) {
        idle.then(task);
    }

    private boolean hasWork() {
        return !publishes.isEmpty() || !groupsByRange.isEmpty() || !redrives.isEmpty();
    }

    /** Lets the rest of this turn's events come in before the commit is put together. */
    private void schedule() {
        if (!scheduled && mayStart()) {
            scheduled = true;
            loop.execute(this::run);
        }
    }

    private boolean mayStart() {
        return !backingOff
                && (underWay == 0 || underWay < settings.lanes() && pace.overlaps(bytesUnderWay, publishes.bytes()));
    }

    /** True if all that waits are settlements that may go with a publish. */
    private boolean holds() {
        long now = loop.monotonicMillis();
        if (!holdable || !publishes.isEmpty() || !redrives.isEmpty() || !pace.expectsPublish(now)) {
            return false;
        }
        long left = heldSinceMillis + CommitPace.HOLD_MILLIS - now;
        if (left <= 0) {
            pace.waitedInVain(now);
            return false;
        }
        if (!holding) {
            holding = true;
            loop.timer(left, () -> {
                holding = false;
                schedule();
            });
        }
        return true;
    }

    private void run() {
        scheduled = false;
        while (mayStart() && hasWork() && !holds()) {
            List<SettleGroup> groups = takeGroups();
            List<PendingPublish> taken = takePublishes();
            FairTurns turns = new FairTurns(fair, clock);
            CommitRound round = new CommitRound(settings, session, clock, turns, taken, groups, takeRedrives());
            if (!round.isEmpty()) {
                start(round, groups, orderedOf(taken));
            } else {
                return;
            }
        }
    }

    private static List<QueueDispatcher> orderedOf(List<PendingPublish> taken) {
        List<QueueDispatcher> ordered = List.of();
        for (PendingPublish publish : taken) {
            List<QueueDispatcher> more = publish.orderedQueues();
            if (!more.isEmpty()) {
                ordered = ordered.isEmpty() ? new ArrayList<>() : ordered;
                ordered.addAll(more);
            }
        }
        return ordered;
    }

    private void start(CommitRound round, List<SettleGroup> groups, List<QueueDispatcher> ordered) {
        underWay++;
        bytesUnderWay += round.bytes();
        activity.begin();
        long startedMillis = loop.monotonicMillis();
        groups.forEach(group -> rangesUnderWay.add(group.range()));
        orderedUnderWay.addAll(ordered);
        loop.attempt(() -> store.commit(round.admission(), round::build)).onComplete(done -> {
            if (done.succeeded() && round.isMisrouted()) {
                // Nothing is stored. The lane is kept meanwhile, so that what comes later does not overtake.
                round.reroute().onComplete(routed -> end(round, groups, ordered, done, startedMillis));
            } else {
                end(round, groups, ordered, done, startedMillis);
            }
        });
    }

    private void end(
            CommitRound round,
            List<SettleGroup> groups,
            List<QueueDispatcher> ordered,
            AsyncResult<CommitResult> done,
            long startedMillis) {
        underWay--;
        bytesUnderWay -= round.bytes();
        activity.end(done.succeeded());
        groups.forEach(group -> rangesUnderWay.remove(group.range()));
        ordered.forEach(orderedUnderWay::remove);
        long millis = loop.monotonicMillis() - startedMillis;
        pace.committed(millis);
        announce(round, done, millis);
        if (done.succeeded()) {
            succeeded(round, done.result());
        } else {
            failed(round, done.cause());
        }
        schedule();
        idle.look();
    }

    private void announce(CommitRound round, AsyncResult<CommitResult> done, long millis) {
        if (done.succeeded() && done.result().stored()) {
            listener.committed(round.publishCount(), round.settlementCount(), millis);
            round.announcePublished(listener);
        } else if (!round.isMisrouted()) {
            listener.commitFailed();
        }
    }

    private void succeeded(CommitRound round, CommitResult result) {
        backoffMillis = 0;
        round.announceDropped(result.dropped(), listener);
        round.finish(result).forEach(this::settle);
        if (!result.stored()) {
            round.publishesToRepeat().forEach(publishes::addFirst);
            redrives.addAll(round.redrivesToRepeat(result));
        }
    }

    private void failed(CommitRound round, Throwable cause) {
        BrokerException reason = cause instanceof BrokerException known
                ? known
                : new BrokerException(ProblemCode.INTERNAL_ERROR, "The commit failed", cause);
        backoffMillis = Math.min(BACKOFF_MAX_MILLIS, Math.max(BACKOFF_MIN_MILLIS, backoffMillis * 2));
        backingOff = true;
        loop.timer(backoffMillis, () -> {
            backingOff = false;
            schedule();
            idle.look();
        });
        round.fail(reason, activity);
    }

    private List<PendingPublish> takePublishes() {
        List<PendingPublish> heldBack = holdBack();
        List<PendingPublish> taken = new ArrayList<>();
        int records = 0;
        long bytes = 0;
        while (!publishes.isEmpty()) {
            PendingPublish next = publishes.peek();
            boolean alone = next.mustCommitAlone();
            boolean full = records + next.count() > settings.commitRecordsMax()
                    || bytes + next.bytes() > settings.commitBytesMax();
            if (!taken.isEmpty() && (alone || full)) {
                break;
            }
            taken.add(publishes.poll());
            records += next.count();
            bytes += next.bytes();
            if (alone) {
                break;
            }
        }
        for (int i = heldBack.size() - 1; i >= 0; i--) {
            publishes.addFirst(heldBack.get(i));
        }
        return taken;
    }

    /** Takes out what must wait for the commit that is under way for its ordered queue. */
    private List<PendingPublish> holdBack() {
        if (orderedUnderWay.isEmpty()) {
            return List.of();
        }
        return publishes.removeIf(publish -> publish.orderedQueues().stream().anyMatch(orderedUnderWay::contains));
    }

    private boolean nextCommitsAlone() {
        return !publishes.isEmpty() && publishes.peek().mustCommitAlone();
    }

    /** Takes what can be settled now, one group for each range: a range is in one commit at a time. */
    private List<SettleGroup> takeGroups() {
        List<SettleGroup> taken = new ArrayList<>();
        Set<Object> ranges = new HashSet<>();
        Iterator<List<SettleGroup>> waiting = groupsByRange.values().iterator();
        while (!nextCommitsAlone() && waiting.hasNext()) {
            List<SettleGroup> next = waiting.next();
            Object range = next.get(0).range();
            if (!rangesUnderWay.contains(range) && !ranges.contains(range)) {
                waiting.remove();
                SettleGroups.merge(next).ifPresent(group -> {
                    taken.add(group);
                    ranges.add(range);
                });
            }
        }
        holdable |= groupsByRange.isEmpty();
        heldSinceMillis = loop.monotonicMillis();
        return taken;
    }

    private List<CommitRound.Redrive> takeRedrives() {
        List<CommitRound.Redrive> taken = new ArrayList<>();
        if (!nextCommitsAlone() && !redrives.isEmpty()) {
            taken.add(redrives.poll());
        }
        return taken;
    }

    private record Told(Promise<Boolean> done) implements SettleGroup.Outcome {
        @Override
        public void committed(SettleGroup group) {
            done.complete(true);
        }

        @Override
        public void lost(SettleGroup group) {
            done.complete(false);
        }

        @Override
        public void failed(SettleGroup group, BrokerException reason) {
            done.fail(reason);
        }
    }
}
