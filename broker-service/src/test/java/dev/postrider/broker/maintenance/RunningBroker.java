package dev.postrider.broker.maintenance;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.Broker;
import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.dispatch.Delivered;
import dev.postrider.broker.dispatch.DispatchSettings;
import dev.postrider.broker.dispatch.SettleService;
import dev.postrider.broker.dispatch.Settler;
import dev.postrider.broker.event.BrokerListener;
import dev.postrider.broker.store.Await;
import dev.postrider.broker.store.postgres.DatabaseSettings;
import dev.postrider.broker.store.postgres.DatabaseUrl;
import dev.postrider.broker.store.postgres.PostgresStorage;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

/** A whole broker but for its transports, on a real PostgreSQL, with a loop that can be stopped. */
final class RunningBroker implements AutoCloseable {
    static final String QUEUE = "work";
    static final MaintenanceSettings QUICK = new MaintenanceSettings(200, 1_500, 200, 5_000, 5_000);

    final PausingLoop loop = new PausingLoop();
    final PostgresStorage storage;
    final Broker broker;
    final Settler settler;
    private final Maintenance maintenance;

    RunningBroker(Vertx vertx, DatabaseUrl url, DatabaseSettings settings, String address) {
        storage = PostgresStorage.open(vertx, url, settings);
        broker = new Broker(
                loop,
                storage.messages(),
                storage.queues(),
                storage.topics(),
                storage.wakeSignals(),
                DispatchSettings.defaults(true),
                BrokerListener.NONE);
        settler = new SettleService(
                broker, (to, request, receipts) -> Future.failedFuture(new IllegalStateException("No network here")));
        maintenance = new Maintenance(
                broker,
                new Maintenance.Stores(
                        storage.messages(), storage.brokers(), storage.maintenance(), storage.wakeSignals()),
                loop,
                QUICK,
                address);
    }

    /** Among the others from now on, and taking traffic. */
    RunningBroker join() {
        Await.result(maintenance.start());
        return this;
    }

    Future<List<String>> publish(int count) {
        return broker.publish(
                QUEUE,
                IntStream.range(0, count)
                        .mapToObj(i -> MessageRecord.builder()
                                .body(new byte[] {(byte) i})
                                .build())
                        .toList());
    }

    Client consume(int credit) {
        Client client = new Client();
        client.joining = broker.join(QUEUE, new Consumers.Options(60_000, credit, true), client);
        return client;
    }

    Settler.Settled ack(Delivered message) {
        return Await.result(settler.ack(QUEUE, List.of(message.receipt().toText())));
    }

    /** In order. */
    void stop() {
        Await.result(maintenance.stop());
    }

    @Override
    public void close() {
        loop.close();
        Await.result(storage.close());
    }

    /** Keeps what it gets. */
    static final class Client implements Consumers.Sink {
        final Queue<Delivered> got = new ConcurrentLinkedQueue<>();
        volatile BrokerException closed;
        private Future<Consumers.Consumer> joining;

        Consumers.Consumer consumer() {
            return Await.result(joining);
        }

        @Override
        public void deliver(List<Delivered> messages) {
            got.addAll(messages);
        }

        @Override
        public void closed(BrokerException reason) {
            closed = reason;
        }
    }
}
