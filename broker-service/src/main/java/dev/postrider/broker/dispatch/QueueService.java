package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.DeadLetterStore;
import dev.postrider.broker.store.MessageStore;
import dev.postrider.broker.store.PeekedDelivery;
import dev.postrider.broker.store.QueueStore;
import dev.postrider.broker.store.QueueStore.QueueFigures;
import dev.postrider.broker.store.WakeSignals;
import dev.postrider.protocol.ProblemCode;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Manages queues: definitions and figures from the database, and what this broker itself holds. */
public final class QueueService implements Queues {
    private final Broker broker;
    private final QueueStore queues;
    private final MessageStore messages;
    private final DeadLetterStore deadLetters;
    private final WakeSignals signals;
    private final Peeking peeking;
    private final Redriving redriving;

    public QueueService(
            Broker broker, QueueStore queues, MessageStore messages, DeadLetterStore deadLetters, WakeSignals signals) {
        this.broker = broker;
        this.queues = queues;
        this.messages = messages;
        this.deadLetters = deadLetters;
        this.signals = signals;
        this.peeking = new Peeking(messages);
        this.redriving = new Redriving(broker, deadLetters);
    }

    @Override
    public Future<Put> put(String name, QueueSettings settings) {
        return CallerContext.call(broker.loop(), () -> queues.put(name, settings)
                .compose(put -> changed(put.getKey()).map(state -> new Put(state, put.getValue()))));
    }

    @Override
    public Future<QueueState> get(String name) {
        return CallerContext.call(
                broker.loop(), () -> broker.directory().existing(name).compose(queue -> state(queue.definition())));
    }

    @Override
    public Future<List<QueueState>> list(String prefix, String after, int limit) {
        return CallerContext.call(
                broker.loop(), () -> queues.list(prefix, after, limit).compose(found -> queues.figures(
                                found.stream().map(QueueDefinition::id).toList())
                        .compose(figures -> onLoop(() -> found.stream()
                                .map(queue -> new QueueState(queue, stats(queue.id(), figures.get(queue.id()))))
                                .toList()))));
    }

    @Override
    public Future<Void> delete(String name, boolean ifEmpty) {
        return CallerContext.call(
                broker.loop(), () -> broker.directory().existing(name).compose(queue -> queues.delete(
                                queue.definition().id(), ifEmpty)
                        .compose(deleted -> onLoop(() -> {
                            if (!deleted) {
                                throw new BrokerException(
                                        ProblemCode.QUEUE_NOT_EMPTY, "The queue '" + name + "' is not empty");
                            }
                            broker.directory().remove(queue.definition().id());
                            signals.changed(queue.definition().id());
                            return null;
                        }))));
    }

    @Override
    public Future<Long> purge(String name) {
        return CallerContext.call(broker.loop(), () -> broker.directory()
                .existing(name)
                .compose(queue -> queue.dropReady().compose(first -> queue.giveBackUnwanted()
                        .compose(none -> messages.purge(queue.definition().id()))
                        // What was claimed meanwhile.
                        .compose(purged -> CallerContext.call(broker.loop(), queue::dropReady)
                                .map(last -> first + purged + last)))));
    }

    @Override
    public Future<QueueState> pause(String name, boolean paused) {
        return CallerContext.call(broker.loop(), () -> queues.setPaused(name, paused)
                .compose(found ->
                        found.isPresent() ? changed(found.get()) : Future.failedFuture(QueueDirectory.notFound(name))));
    }

    private Future<QueueState> changed(QueueDefinition definition) {
        return onLoop(() -> {
                    broker.directory().take(definition);
                    signals.changed(definition.id());
                    return definition;
                })
                .compose(this::state);
    }

    @Override
    public Future<Peeked> peek(String name, PeekedDelivery.State state, String after, int limit) {
        return CallerContext.call(broker.loop(), () -> broker.directory()
                .existing(name)
                .compose(queue -> peeking.peek(queue.definition(), state, after, limit, broker.nowMillis())));
    }

    @Override
    public Future<DeadLetters> deadLetters(String name, String reason, String after, int limit) {
        return CallerContext.call(
                broker.loop(), () -> broker.directory().existing(name).compose(queue -> new DeadLetterPage(
                                deadLetters, queue.definition().id(), reason, limit)
                        .from(Cursors.row(after))));
    }

    @Override
    public Future<Long> redrive(String name, List<String> ids, String to) {
        return CallerContext.call(
                broker.loop(), () -> broker.directory().existing(name).compose(source -> (to == null
                                ? Future.succeededFuture(source)
                                : broker.directory().open(to))
                        .compose(target -> redriving.redrive(source, ids, target))));
    }

    @Override
    public Future<Long> dropDeadLetters(String name, String id) {
        return CallerContext.call(broker.loop(), () -> broker.directory()
                .existing(name)
                .compose(queue -> deadLetters.delete(queue.definition().id(), id))
                .map(dropped -> {
                    if (id != null && dropped == 0) {
                        throw new BrokerException(
                                ProblemCode.DEAD_LETTER_NOT_FOUND, "There is no dead letter '" + id + "'");
                    }
                    return dropped;
                }));
    }

    private Future<QueueState> state(QueueDefinition definition) {
        return queues.figures(List.of(definition.id()))
                .compose(figures ->
                        onLoop(() -> new QueueState(definition, stats(definition.id(), figures.get(definition.id())))));
    }

    private Stats stats(int queueId, QueueFigures stored) {
        QueueFigures figures = stored == null ? new QueueFigures(0, 0, 0, 0, 0, 0, Map.of()) : stored;
        QueueDispatcher here = broker.directory().byId(queueId).orElse(null);
        // What lies in this broker's memory unclaimed by a consumer is ready, whatever the owner column says.
        long waitingHere = here == null ? 0 : here.core().waitingCount();
        long readyHere = here == null ? 0 : here.core().readyCount() - waitingHere;
        int consumers = here == null ? 0 : here.consumerCount();
        for (Map.Entry<Long, Integer> other : figures.consumers().entrySet()) {
            if (other.getKey() != broker.session().brokerId()) {
                consumers += other.getValue();
            }
        }
        long oldest = readyHere > 0
                ? oldestOf(figures.oldestReadyMillis(), here.core().ranges())
                : figures.oldestReadyMillis();
        return new Stats(
                figures.ready() + readyHere,
                Math.max(0, figures.owned() - readyHere - waitingHere),
                figures.scheduled() + waitingHere,
                figures.deadLettered(),
                figures.bytes(),
                oldest == 0 ? -1 : Math.max(0, broker.nowMillis() - oldest),
                consumers);
    }

    private static long oldestOf(long storedMillis, List<ClaimedRange> ranges) {
        return ranges.stream()
                .filter(range -> range.ready() > 0)
                .mapToLong(range -> ChunkIds.millisOf(range.chunkId()))
                .filter(millis -> storedMillis == 0 || millis < storedMillis)
                .min()
                .orElse(storedMillis);
    }

    private <T> Future<T> onLoop(Supplier<T> task) {
        return CallerContext.call(broker.loop(), () -> Future.succeededFuture(task.get()));
    }
}
