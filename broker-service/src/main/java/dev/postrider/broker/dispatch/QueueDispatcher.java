package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.delivery.ConsumerState;
import dev.postrider.broker.delivery.HandingRun;
import dev.postrider.broker.delivery.QueueCore;
import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.NewDelivery;
import dev.postrider.protocol.ReceiptSpan;
import dev.postrider.protocol.codec.RecordBatchReader;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Runs one queue on this broker: claims what its consumers have credit for, hands it out, ends leases, and gives back
 * what nobody here wants. All decisions about records are {@link QueueCore}'s. Runs on the broker's event loop.
 */
final class QueueDispatcher {
    private static final long LEASE_RETRY_MILLIS = 1_000;

    private final Engine engine;
    private final QueueCore core = new QueueCore();
    private final Map<ConsumerState, Member> members = new LinkedHashMap<>();
    private final Claims claims;
    private final Settling settling;
    private final Surplus surplus;
    private final LastLook lastLook;
    private final Throttle throttle;
    private final LeaseTimer leases;
    private final Reservations reservations;
    private QueueDefinition definition;
    private Partitions partitions;
    private QueueDispatcher deadLetterTarget;
    private boolean pumping;
    private boolean closed;
    private long lastUsedMillis;

    QueueDispatcher(Engine engine, QueueDefinition definition) {
        this.engine = engine;
        this.definition = definition;
        this.claims = new Claims(engine, this);
        this.settling = new Settling(engine, this);
        this.surplus = new Surplus(engine, this);
        this.lastLook = new LastLook(engine, this, settling);
        this.throttle = new Throttle(engine, this);
        this.leases = new LeaseTimer(engine, this, settling);
        this.reservations = new Reservations(engine, this);
        this.lastUsedMillis = engine.loop().monotonicMillis();
        arrange(false);
    }

    /** @param changed true: it was otherwise before */
    private void arrange(boolean changed) {
        Partitions before = partitions;
        core.orderBy(Ageing.orderOf(definition.settings().precedence()));
        partitions = definition.settings().isPartitioned() ? new Partitions(engine, this, claims, changed) : null;
        core.setOrder(partitions == null ? null : partitions.order());
        if (before != null && partitions == null) {
            before.retire();
        }
    }

    /** Null: the queue is not partitioned. */
    Partitions partitions() {
        return partitions;
    }

    /** True if what is published to the queue is handed out in the order in which it came. */
    boolean isOrdered() {
        return partitions != null && partitions.rules().isOrdered();
    }

    QueueDefinition definition() {
        return definition;
    }

    QueueCore core() {
        return core;
    }

    /** Another queue that takes the dead letters; null: they are kept as this queue's own. */
    QueueDispatcher deadLetterTarget() {
        return deadLetterTarget;
    }

    void setDeadLetterTarget(QueueDispatcher target) {
        deadLetterTarget = target;
    }

    void define(QueueDefinition value) {
        boolean rearranged = !value.settings().isArrangedAs(definition.settings());
        definition = value;
        if (rearranged) {
            forgetAll();
            arrange(true);
            // What was published meanwhile may be this broker's, and was forgotten just now.
            engine.activity().doubtAnswers();
        } else {
            core.orderBy(Ageing.orderOf(value.settings().precedence()));
            if (partitions != null) {
                partitions.bound(Partitioning.underWayMax(value.settings()));
            }
        }
        if (!value.paused()) {
            claims.wake();
        }
        pump();
    }

    Member join(Consumers.Options options, Consumers.Sink sink, Executor caller) {
        long lease = options.leaseMillis() > 0
                ? options.leaseMillis()
                : definition.settings().lease().millis();
        Member member = new Member(new ConsumerState(lease, options.credit(), options.creditReturns()), sink, caller);
        if (core.unmetCredit() <= 0) {
            // Nobody was looking, so a lost signal may have gone unnoticed.
            claims.wake();
        }
        members.put(member.state(), member);
        core.join(member.state());
        pump();
        return member;
    }

    void credit(Member member, int more) {
        core.addCredit(member.state(), more);
        pump();
    }

    void writable(Member member, boolean writable) {
        core.setWritable(member.state(), writable, engine.loop().monotonicMillis());
        pump();
    }

    void leave(Member member) {
        if (members.remove(member.state()) != null) {
            core.leave(member.state());
            pump();
        }
    }

    void detach(Member member) {
        if (members.remove(member.state()) != null) {
            core.detach(member.state());
            pump();
        }
    }

    /** Something became ready in the database that may be claimed. */
    void wake() {
        claims.wake();
        pump();
    }

    boolean isHungry() {
        return !closed && !definition.paused() && unmetCredit() > 0;
    }

    /** Credit that neither memory nor a claim or commit under way is going to meet. */
    long unmetCredit() {
        return core.unmetCredit() - reservations.records();
    }

    Throttle throttle() {
        return throttle;
    }

    /** Records in memory that consumers would take at once, were it not for limits. */
    long readyForConsumers() {
        long ready = core.availableCount();
        return definition.paused() ? 0 : Math.min(ready, core.unmetCredit() + ready);
    }

    Reservations reservations() {
        return reservations;
    }

    /** True if what is published now may be promised to local consumers before it is stored. */
    boolean mayPromise() {
        return !closed && partitions == null && mayHandOut() && !throttle.isOn();
    }

    Claims claims() {
        return claims;
    }

    private boolean mayHandOut() {
        return !definition.paused() && engine.session().isTrusted();
    }

    /** A chunk was committed. */
    void appended(ChunkAssembly.Stored chunk) {
        lastUsedMillis = engine.loop().monotonicMillis();
        RecordBatchReader records = null;
        if (!chunk.owned().isEmpty() || chunk.hasRest()) {
            records = chunk.chunk().records();
        }
        for (NewDelivery delivery : chunk.owned()) {
            reservations.end(chunk.chunk().id(), delivery);
            if (delivery.owner() != engine.session().brokerId()) {
                // This broker was declared dead meanwhile; whoever lives frees the delivery.
                continue;
            }
            if (partitions != null && partitions.refiling().isMisplaced(delivery.part())) {
                partitions
                        .refiling()
                        .refile(StoredRecords.kept(delivery, chunk.chunk().id(), records, null));
            } else {
                add(StoredRecords.kept(delivery, chunk.chunk().id(), records, partitions));
            }
        }
        if (chunk.hasRest()) {
            if (core.consumerCount() > 0) {
                // Soon wanted here; a backlog that nobody takes has no place in memory.
                engine.cache().put(chunk.chunk().id(), records, chunk.chunk().owed());
            }
            claims.stored(chunk.restCount());
        }
        pump();
    }

    /** Takes in a range that this broker owns. */
    void add(ClaimedRange range) {
        ClaimedRange before = core.find(range.chunkId(), range.first());
        if (before != null) {
            // A release that nobody waited for any more has landed, and the row was claimed anew.
            forget(before);
        }
        engine.held().add(range);
        core.add(range);
        if (partitions != null) {
            partitions.inventory().added(range);
        }
        finishIfSettled(range);
    }

    /** All of it was settled or shed, in commits whose answers did not come. */
    private void finishIfSettled(ClaimedRange range) {
        if (range.isFinished()) {
            engine.commits()
                    .settle(new SettleGroup(
                            this,
                            range,
                            new int[0],
                            List.of(),
                            null,
                            SettleGroup.Gives.NOTHING,
                            new SettleOutcomes.Tidying(this)));
        }
    }

    boolean isClosed() {
        return closed;
    }

    void forget(ClaimedRange range) {
        engine.held().remove(range);
        core.forget(range);
    }

    void scheduled(long dueMillis) {
        engine.due().accept(dueMillis);
    }

    /** Does in the next turn what can be done. */
    void pump() {
        if (!pumping && !closed) {
            pumping = true;
            engine.loop().execute(this::pumpNow);
        }
    }

    private void pumpNow() {
        pumping = false;
        if (closed) {
            return;
        }
        lastUsedMillis = engine.loop().monotonicMillis();
        if (mayHandOut()) {
            deliver();
            claims.claim();
            throttle.look(claims.soon());
        }
        boolean idle = claims.isCaughtUp() || partitions != null && partitions.isCaughtUp() || throttle.isShut();
        if (definition.paused() || idle) {
            members.values().forEach(Member::tellIdle);
        }
        leases.set();
        if (partitions == null) {
            surplus.look();
        } else {
            partitions.look();
        }
    }

    private void deliver() {
        List<HandingRun> runs = core.dispatch(engine.loop().monotonicMillis(), lastLook, throttle.room());
        if (runs.isEmpty()) {
            return;
        }
        surplus.handedOut();
        int count = 0;
        for (HandingRun run : runs) {
            members.get(run.consumer())
                    .add(StoredRecords.handed(run, definition, engine.session().brokerId()));
            count += run.count();
        }
        throttle.handedOut(count);
        engine.listener().delivered(definition.name(), count);
        members.values().forEach(Member::flush);
    }

    /** Ends what waits here and has expired, whether anybody asks for it or not. */
    void endExpired() {
        core.sift(lastLook);
        if (partitions != null) {
            partitions.lookAfterStrays();
        }
    }

    /** Settles receipts of this queue and of this broker. */
    void settle(List<ReceiptSpan> receipts, Ending ending, SettleCall call) {
        settling.settle(receipts, ending, call);
    }

    void extend(List<ReceiptSpan> receipts, long leaseMillis, SettleCall call) {
        settling.extend(receipts, leaseMillis, call);
        leases.set();
    }

    Future<Void> release(ClaimedRange range) {
        return surplus.release(range);
    }

    /** Gives back what lies here unwanted; completes when that is committed, or failed. */
    Future<Void> giveBackUnwanted() {
        return partitions == null ? surplus.giveBack() : partitions.giveBack();
    }

    /** Drops what lies here ready, or is being claimed; completes with how many went, when that is committed. */
    Future<Long> dropReady() {
        return partitions == null ? claims.whenQuiet().compose(v -> surplus.drop()) : Future.succeededFuture(0L);
    }

    /** Forgets everything it holds: the broker owns it no more. Consumers stay or go as {@link #close} says. */
    void forgetAll() {
        core.ranges().forEach(this::forget);
        if (partitions != null) {
            partitions.reset();
        }
    }

    /** Ends all consumers; the dispatcher is of no more use. */
    void close(BrokerException reason) {
        closed = true;
        members.values().forEach(member -> member.close(reason));
        members.keySet().forEach(core::detach);
        members.clear();
        forgetAll();
    }

    /** Ends all consumers and gives back what they hold; the queue goes on. */
    void disconnectAll(BrokerException reason) {
        List<Member> all = new ArrayList<>(members.values());
        all.forEach(member -> {
            leave(member);
            member.close(reason);
        });
    }

    /** The database says that this broker owns the delivery; takes it in. */
    void adopt(ClaimedDelivery delivery) {
        if (partitions == null) {
            claims.adopt(List.of(delivery));
        } else {
            // One before it may be unknown, too.
            partitions.inventory().takeIn();
        }
    }

    /** Owned by this broker and being read. */
    List<ClaimedDelivery> loading() {
        return claims.loading();
    }

    boolean isUnusedSince(long monotonicMillis) {
        boolean quiet = claims.isQuiet() && (partitions == null || partitions.isQuiet());
        return core.isEmpty() && reservations.records() == 0 && quiet && lastUsedMillis < monotonicMillis;
    }

    int consumerCount() {
        return core.consumerCount();
    }

    void committed(SettleGroup group) {
        if (group.ending() != null) {
            Announcement.settled(engine.listener(), definition.name(), group);
        }
        if (group.range().isDropped()) {
            return;
        }
        if (group.release()) {
            forget(group.range());
            claims.gaveBack();
        } else {
            core.endSettle(group.range(), group.indexes());
            if (group.sheds()) {
                claims.gaveBack();
                finishIfSettled(group.range());
            } else {
                settled(group);
            }
        }
        pump();
    }

    private void settled(SettleGroup group) {
        claims.settled(group.indexes().length);
        if (group.range().isFinished()) {
            engine.cache().settled(group.range().chunkId(), group.range().count());
            forget(group.range());
        }
    }

    /** The range is no longer this broker's, or not as it was thought to be. */
    void lost(SettleGroup group, Runnable ifGone, Runnable ifKept) {
        if (!group.range().isDropped() && group.range().isDoubted()) {
            // Not settled after all: the next commit about this range must not say that they are.
            group.range().clearBits(group.indexes());
            new Reconciliation(engine, this, group, ifGone, ifKept).look();
            return;
        }
        gone(group);
        ifGone.run();
    }

    void gone(SettleGroup group) {
        if (!group.range().isDropped()) {
            forget(group.range());
        }
        pump();
    }

    /** The range is still this broker's, with these bits. */
    void kept(SettleGroup group, byte[] bits) {
        core.revertSettle(group.range(), group.indexes());
        if (bits != null) {
            core.learn(group.range(), bits);
        }
        finishIfSettled(group.range());
        pump();
    }

    void reverted(SettleGroup group, boolean certain) {
        ClaimedRange range = group.range();
        if (!range.isDropped() && !certain) {
            range.doubt(group.indexes());
            if (group.release()) {
                // It may be another broker's already. If not, the audit takes it in again.
                engine.activity()
                        .doubtRelease(new Activity.DeliveryKey(range.queueId(), range.chunkId(), range.first()));
                forget(range);
            }
        }
        if (!range.isDropped()) {
            core.revertSettle(range, group.indexes());
        }
        pump();
    }

    void notTidied(SettleGroup group, boolean certain) {
        ClaimedRange range = group.range();
        if (certain && group.sheds() && !range.isDoubted()) {
            reverted(group, true);
        } else if (!range.isDropped()) {
            // It may have happened, or may yet: nobody gets these records before a later commit of the row tells.
            range.doubt(group.indexes());
            engine.loop().timer(LEASE_RETRY_MILLIS, () -> engine.commits().settle(group));
        }
    }

    /** Tries again a little later to end what the broker itself wants to end. */
    void retryLeases(SettleGroup group) {
        long at = engine.loop().monotonicMillis() + LEASE_RETRY_MILLIS;
        for (int index : group.indexes()) {
            core.retryLease(group.range(), index, at);
        }
        leases.set();
    }
}
