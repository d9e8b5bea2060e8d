package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.event.BrokerListener;
import dev.postrider.broker.store.BrokerRegistry.Membership;
import dev.postrider.broker.store.MaintenanceStore;
import dev.postrider.broker.store.MessageStore;
import dev.postrider.broker.store.QueueStore;
import dev.postrider.broker.store.TopicStore;
import dev.postrider.broker.store.WakeSignals;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * One broker: takes messages in and lets consumers join. Its public methods may be called from any thread; what
 * they do happens on the broker's event loop.
 */
public final class Broker implements Publisher, Consumers {
    private static final long DELAY_MAX_MILLIS = 366L * 24 * 60 * 60 * 1000;

    private final EventLoop loop;
    private final DatabaseClock clock;
    private final BrokerSession session;
    private final CommitLoop commits;
    private final ChunkCache cache;
    private final HeldBytes held;
    private final Activity activity = new Activity();
    private final QueueDirectory directory;
    private final TopicDirectory topics;
    private final TopicFeeds feeds;
    private final BrokerListener listener;
    private volatile boolean open;
    private volatile long lastBeatMillis;
    private LongConsumer due = millis -> {};
    private Supplier<Future<Void>> peersWanted = () -> Future.failedFuture(closed());
    private Future<Void> refreshingPeers;

    public Broker(
            EventLoop loop,
            MessageStore store,
            QueueStore queues,
            TopicStore topics,
            WakeSignals signals,
            DispatchSettings settings,
            BrokerListener listener) {
        this.loop = loop;
        this.listener = listener;
        this.clock = new DatabaseClock(loop);
        this.session = new BrokerSession(clock);
        this.commits = new CommitLoop(loop, store, settings, session, clock, activity, listener);
        this.cache = new ChunkCache(settings.cacheBytesMax());
        this.held = new HeldBytes(settings.heldBytesMax());
        this.directory = new QueueDirectory(queues, settings.autoCreateQueues(), loop);
        this.feeds = new TopicFeeds(loop, topics, session, clock);
        this.topics = new TopicDirectory(topics, directory, settings.autoCreateQueues(), loop);
        this.topics.onRetained(id -> {
            feeds.wake(id);
            signals.work(List.of(-id));
        });
        directory.start(new Engine(
                loop,
                store,
                session,
                clock,
                commits,
                cache,
                held,
                signals,
                activity,
                listener,
                millis -> due.accept(millis)));
    }

    /** Tells {@code listener} when something scheduled is stored and when it is due, in the database's clock. */
    public void onScheduled(LongConsumer listener) {
        due = listener;
    }

    /**
     * Sets how the account of the other brokers is brought up to date; the future completes on the loop, and fails
     * while this broker is not one of them.
     */
    public void onPeersWanted(Supplier<Future<Void>> refresh) {
        peersWanted = refresh;
    }

    /** Brings the account of the other brokers up to date; several callers share one look. */
    Future<Void> refreshPeers() {
        if (refreshingPeers == null) {
            Future<Void> refreshing = peersWanted.get();
            refreshingPeers = refreshing;
            refreshing.onComplete(done -> refreshingPeers = null);
            return refreshing;
        }
        return refreshingPeers;
    }

    /**
     * Lives under this membership from now on, and takes traffic.
     *
     * @param askedMillis when it was asked for, by the loop's monotonic clock
     */
    public void enter(long askedMillis, Membership membership) {
        // What was claimed under the old id, and read since the fence, is taken from that id.
        directory.all().forEach(QueueDispatcher::forgetAll);
        clock.set(askedMillis, membership.nowMillis());
        session.enter(membership);
        lastBeatMillis = loop.monotonicMillis();
        open = true;
        directory.all().forEach(QueueDispatcher::wake);
    }

    /** Was declared dead: drops what it holds and ends its consumers. It can {@link #enter} again. */
    public void fence() {
        open = false;
        cache.clear();
        BrokerException reason = new BrokerException(
                ProblemCode.UNAVAILABLE, "This broker was silent for too long; what it had handed out is taken back");
        for (QueueDispatcher queue : new ArrayList<>(directory.all())) {
            queue.forgetAll();
            queue.disconnectAll(reason);
        }
        feeds.closeAll(reason);
    }

    /**
     * Takes no more traffic, ends its consumers, and completes when all that was pending is committed and no claim is
     * under way: what came to this broker after it has signed off would wait for somebody to find it.
     */
    public Future<Void> drain() {
        open = false;
        BrokerException reason = new BrokerException(ProblemCode.UNAVAILABLE, "This broker is shutting down");
        for (QueueDispatcher queue : new ArrayList<>(directory.all())) {
            queue.disconnectAll(reason);
        }
        feeds.closeAll(reason);
        Promise<Void> drained = Promise.promise();
        commits.whenIdle(() -> activity.whenQuiet(drained::complete));
        return drained.future();
    }

    @Override
    public Future<List<String>> publish(String queue, List<MessageRecord> messages) {
        return CallerContext.call(loop, () -> {
                    checkOpen();
                    checkDelays(messages);
                    return publish(
                            directory.open(queue),
                            (dispatcher, answer) -> PendingPublish.ofMessages(dispatcher, messages, answer));
                })
                .map(PublishedIds::texts);
    }

    @Override
    public Future<List<String>> publishToTopic(String topic, List<MessageRecord> messages) {
        return CallerContext.call(loop, () -> {
                    checkOpen();
                    checkDelays(messages);
                    return publish(topics.open(topic), (to, answer) -> PendingPublish.ofMessages(to, messages, answer));
                })
                .map(PublishedIds::texts);
    }

    @Override
    public Future<PublishedIds> publishRecords(String queue, RecordBatchReader records) {
        return CallerContext.call(loop, () -> {
            checkOpen();
            return publish(
                    directory.open(queue),
                    (dispatcher, answer) -> checked(PendingPublish.ofRecords(dispatcher, records, answer)));
        });
    }

    @Override
    public Future<PublishedIds> publishRecordsToTopic(String topic, RecordBatchReader records) {
        return CallerContext.call(loop, () -> {
            checkOpen();
            return publish(topics.open(topic), (to, answer) -> checked(PendingPublish.ofRecords(to, records, answer)));
        });
    }

    private <T> Future<PublishedIds> publish(
            Future<T> opened, BiFunction<T, Promise<PublishedIds>, PendingPublish> form) {
        return opened.compose(target -> {
            Promise<PublishedIds> answer = Promise.promise();
            commits.publish(form.apply(target, answer));
            return answer.future();
        });
    }

    private PendingPublish checked(PendingPublish publish) {
        if (!PendingPublish.isPlain(publish.records())) {
            checkDelays(publish.messages());
        }
        return publish;
    }

    void checkOpen() {
        if (!open) {
            throw closed();
        }
    }

    private static BrokerException closed() {
        return new BrokerException(ProblemCode.UNAVAILABLE, "This broker does not take traffic now");
    }

    private void checkDelays(List<MessageRecord> messages) {
        for (MessageRecord message : messages) {
            if (message.delayMillis() > DELAY_MAX_MILLIS
                    || message.deliverAtMillis() > clock.nowMillis() + DELAY_MAX_MILLIS) {
                throw new BrokerException(ProblemCode.INVALID_REQUEST, "A message can be delayed by a year at most");
            }
        }
    }

    @Override
    public Future<Consumer> join(String queue, Options options, Sink sink) {
        Executor caller = CallerContext.executor(loop);
        return CallerContext.call(loop, () -> {
            checkOpen();
            return directory.open(queue).map(dispatcher -> {
                // It may have begun to leave while the queue was looked up.
                checkOpen();
                Member member = dispatcher.join(options, sink, caller);
                return new Joined(loop, dispatcher, member);
            });
        });
    }

    private record Joined(EventLoop loop, QueueDispatcher queue, Member member) implements Consumer {
        @Override
        public void credit(int more) {
            loop.execute(() -> queue.credit(member, more));
        }

        @Override
        public Future<Void> stop() {
            // What was handed out before is on the caller's context before the answer is.
            return CallerContext.call(loop, () -> {
                queue.writable(member, false);
                return Future.succeededFuture();
            });
        }

        @Override
        public void leave() {
            loop.execute(() -> queue.leave(member));
        }

        @Override
        public void detach() {
            loop.execute(() -> queue.detach(member));
        }

        @Override
        public void writable(boolean writable) {
            loop.execute(() -> queue.writable(member, writable));
        }
    }

    /** Wakes the queues that got work, and, by minus their ids, the topics that got messages. */
    public void wake(Collection<Integer> queueIds) {
        directory.wake(queueIds);
        feeds.wake(queueIds);
    }

    /** Something about the queue changed elsewhere. */
    public void refresh(int queueId) {
        directory.refresh(queueId);
    }

    /** Anything may have happened: looks at everything again. */
    public void refreshAll() {
        // If the database has crashed, it may have forgotten the last commits that were not to wait for the disk.
        activity.doubtAnswers();
        directory.refreshAll();
        feeds.wakeAll();
        directory.all().forEach(QueueDispatcher::wake);
    }

    /** Queues whose consumers wait for more. */
    public Set<Integer> hungryQueues() {
        Set<Integer> hungry = new HashSet<>();
        for (QueueDispatcher queue : directory.all()) {
            if (queue.isHungry()) {
                hungry.add(queue.definition().id());
            }
        }
        return hungry;
    }

    /** Consumers connected here, by queue. */
    public Map<Integer, Integer> consumers() {
        Map<Integer, Integer> counts = new HashMap<>();
        for (QueueDispatcher queue : directory.all()) {
            if (queue.consumerCount() > 0) {
                counts.put(queue.definition().id(), queue.consumerCount());
            }
        }
        return counts;
    }

    /**
     * Takes what a heartbeat answered.
     *
     * @param askedMillis when it was sent, by the loop's monotonic clock
     * @param databaseMillis the database's clock
     */
    public void beat(long askedMillis, long databaseMillis, Map<Long, String> peers) {
        clock.set(askedMillis, databaseMillis);
        lastBeatMillis = loop.monotonicMillis();
        session.setPeers(peers);
    }

    /**
     * Nobody can have declared this broker dead before that time of the loop's monotonic clock. Later on it hands out
     * and claims nothing, until this is called again.
     */
    public void trustUntil(long monotonicMillis) {
        boolean wasTrusted = session.isTrusted();
        session.trustUntil(monotonicMillis);
        if (!wasTrusted) {
            directory.all().forEach(QueueDispatcher::wake);
        }
    }

    /** Takes what was seen of the database's horizon. */
    public void seen(MaintenanceStore.Horizon horizon) {
        listener.horizon(horizon.ageMillis(), horizon.transactions());
    }

    /** Drops what has not been used for a while, and reads again what is used. */
    public void dropUnused() {
        directory.dropUnused();
        topics.dropUnused();
        directory.refreshSome();
    }

    /** 0 before the broker has entered. */
    public long brokerId() {
        return session.brokerId();
    }

    /** True if it takes traffic and the database answered within {@code withinMillis}. From any thread. */
    public boolean isReady(long withinMillis) {
        return open && loop.monotonicMillis() - lastBeatMillis <= withinMillis;
    }

    /** True if it takes traffic. From any thread. */
    public boolean isOpen() {
        return open;
    }

    /** The database's clock, in milliseconds since 1970. */
    public long nowMillis() {
        return clock.nowMillis();
    }

    Activity activity() {
        return activity;
    }

    BrokerListener listener() {
        return listener;
    }

    EventLoop loop() {
        return loop;
    }

    BrokerSession session() {
        return session;
    }

    CommitLoop commits() {
        return commits;
    }

    ChunkCache cache() {
        return cache;
    }

    HeldBytes held() {
        return held;
    }

    QueueDirectory directory() {
        return directory;
    }

    TopicDirectory topics() {
        return topics;
    }

    TopicFeeds feeds() {
        return feeds;
    }
}
