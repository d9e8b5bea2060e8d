package dev.postrider.broker.simulation.model;

import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.BrokerRegistry;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.DeadLetterStore;
import dev.postrider.broker.store.MaintenanceStore;
import dev.postrider.broker.store.Ports;
import dev.postrider.broker.store.QueueStore;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** All ports on a model. */
public final class ModelPorts {
    private ModelPorts() {}

    /** The ports of one client, which reaches the model by {@code wire}. */
    public static Ports of(Model model, Wire wire) {
        return new Ports(
                new ModelMessageStore(model, wire),
                new OfQueues(model.definitions(), wire),
                new ModelTopicStore(model.tables().topics, wire),
                new OfDeadLetters(model.tables(), wire),
                new OfBrokers(model, wire),
                new OfUpkeep(model, wire));
    }

    private record OfQueues(Definitions definitions, Wire wire) implements QueueStore {
        @Override
        public Future<Optional<QueueDefinition>> find(String name) {
            return wire.send(Statement.of("find queue", () -> definitions.find(name)));
        }

        @Override
        public Future<Optional<QueueDefinition>> find(int id) {
            return wire.send(Statement.of("find queue", () -> definitions.find(id)));
        }

        @Override
        public Future<QueueDefinition> createIfAbsent(String name, QueueSettings settings) {
            return wire.send(Statement.of("create queue", () -> definitions.createIfAbsent(name, settings)));
        }

        @Override
        public Future<Map.Entry<QueueDefinition, Boolean>> put(String name, QueueSettings settings) {
            return wire.send(Statement.of("put queue", () -> definitions.put(name, settings)));
        }

        @Override
        public Future<Optional<QueueDefinition>> setPaused(String name, boolean paused) {
            return wire.send(Statement.of("pause queue", () -> definitions.setPaused(name, paused)));
        }

        @Override
        public Future<List<QueueDefinition>> list(String prefix, String after, int limit) {
            return wire.send(Statement.of("list queues", () -> definitions.list(prefix, after, limit)));
        }

        @Override
        public Future<Boolean> delete(int id, boolean ifEmpty) {
            return wire.send(Statement.of("delete queue", () -> definitions.delete(id, ifEmpty)));
        }

        @Override
        public Future<Map<Integer, QueueFigures>> figures(Collection<Integer> queueIds) {
            return wire.send(Statement.of("figures", () -> definitions.figures(queueIds)));
        }
    }

    private record OfDeadLetters(Tables tables, Wire wire) implements DeadLetterStore {
        @Override
        public Future<List<DeadLetter>> list(int queueId, String reason, long afterId, int limit) {
            return page(queueId, letter -> reason == null || reason.equals(letter.reason()), afterId, limit);
        }

        @Override
        public Future<List<DeadLetter>> find(int queueId, List<String> messageIds, long afterId, int limit) {
            return page(
                    queueId,
                    letter -> messageIds == null
                            || messageIds.contains(letter.record().id()),
                    afterId,
                    limit);
        }

        private Future<List<DeadLetter>> page(int queueId, Predicate<DeadLetter> wanted, long afterId, int limit) {
            return wire.send(Statement.of("dead letters", () -> tables.deadLetters(queueId).stream()
                    .filter(letter -> letter.id() > afterId && wanted.test(letter))
                    .limit(limit)
                    .toList()));
        }

        @Override
        public Future<Long> delete(int queueId, String messageId) {
            return wire.send(Statement.of("delete dead letters", () -> {
                int before = tables.letters.size();
                tables.letters
                        .values()
                        .removeIf(letter -> letter.queueId() == queueId
                                && (messageId == null
                                        || messageId.equals(
                                                letter.letter().record().id())));
                return (long) before - tables.letters.size();
            }));
        }
    }

    private record OfBrokers(Model model, Wire wire) implements BrokerRegistry {
        @Override
        public Future<Membership> join(String address, boolean supersede) {
            return wire.send(Statement.of("join", () -> model.registrations().join(address, supersede)));
        }

        @Override
        public Future<Heartbeat> beat(long brokerId, Map<Integer, Integer> consumers) {
            return wire.send(Statement.of("beat", () -> model.registrations().beat(brokerId, consumers)));
        }

        @Override
        public Future<Void> leave(long brokerId) {
            return wire.send(Statement.of("leave", () -> {
                model.registrations().leave(brokerId);
                return null;
            }));
        }

        @Override
        public Future<List<Integer>> reap(long silenceMillis) {
            return wire.send(
                    Statement.of("reap", () -> List.copyOf(model.registrations().reap(silenceMillis))));
        }
    }

    private record OfUpkeep(Model model, Wire wire) implements MaintenanceStore {
        @Override
        public Future<Staged> stage() {
            Upkeep upkeep = model.upkeep();
            return wire.send(Statement.skippingLocked("stage ", upkeep::due, upkeep::stage, upkeep::unlock));
        }

        @Override
        public Future<Map<Integer, Long>> dropExpired() {
            Upkeep upkeep = model.upkeep();
            return wire.send(Statement.skippingLocked(
                    "drop expired ", () -> upkeep.expired(false), upkeep::dropByQueue, upkeep::unlock));
        }

        @Override
        public Future<List<ClaimedDelivery>> claimExpired(long owner) {
            Upkeep upkeep = model.upkeep();
            return wire.send(Statement.skippingLocked(
                    "claim expired for " + owner + " ",
                    () -> upkeep.expired(true),
                    rows -> upkeep.claim(rows, owner),
                    upkeep::unlock));
        }

        @Override
        public Future<Long> sweepChunks() {
            return wire.send(Statement.of("sweep", model.upkeep()::sweep));
        }

        /** The model keeps no chunk that nobody owes, so it has no use for slices. */
        @Override
        public Future<Integer> turnSlices() {
            return Future.succeededFuture(0);
        }

        @Override
        public Future<Horizon> horizon() {
            return Future.succeededFuture(new Horizon(0, 0));
        }

        @Override
        public Future<Long> dropDeduplicationKeys() {
            return wire.send(Statement.of("drop keys", model.upkeep()::dropKeys));
        }
    }
}
