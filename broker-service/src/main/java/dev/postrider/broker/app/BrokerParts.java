package dev.postrider.broker.app;

import dev.postrider.broker.dispatch.Broker;
import dev.postrider.broker.dispatch.DispatchSettings;
import dev.postrider.broker.dispatch.EventLoop;
import dev.postrider.broker.dispatch.FollowService;
import dev.postrider.broker.dispatch.Followers;
import dev.postrider.broker.dispatch.QueueService;
import dev.postrider.broker.dispatch.Queues;
import dev.postrider.broker.dispatch.ScheduleService;
import dev.postrider.broker.dispatch.Schedules;
import dev.postrider.broker.dispatch.SettleService;
import dev.postrider.broker.dispatch.Settler;
import dev.postrider.broker.dispatch.TopicService;
import dev.postrider.broker.dispatch.Topics;
import dev.postrider.broker.event.BrokerListener;
import dev.postrider.broker.store.postgres.DatabaseSettings;
import dev.postrider.broker.store.postgres.DatabaseUrl;
import dev.postrider.broker.store.postgres.PostgresStorage;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Puts the broker's parts together. */
@Singleton
final class BrokerParts {
    private final DatabaseUrl url;
    private final PostgresStorage storage;
    private final EventLoop loop;
    private final Broker broker;
    private final SettleService settler;
    private final QueueService queues;
    private final TopicService topics;
    private final FollowService followers;
    private final ScheduleService schedules;

    BrokerParts(
            Vertx vertx,
            DatabaseConfiguration database,
            QueueConfiguration queueSettings,
            BrokerConfiguration own,
            BrokerListener listener) {
        this.url = Settings.read(
                "postrider.database.url",
                () -> DatabaseUrl.parse(
                        database.url().orElseThrow(() -> new IllegalArgumentException("it is not set"))));
        DispatchSettings dispatch =
                Settings.read("postrider.broker", () -> DispatchSettings.defaults(queueSettings.autoCreate())
                        .withLanes(own.lanes()));
        if (database.hotConnections() <= own.lanes()) {
            throw Settings.refusal(
                    "postrider.database", "hot-connections must be more than postrider.broker.lanes: claims need some");
        }
        this.storage = PostgresStorage.open(vertx, url, Settings.read("postrider.database", () -> settings(database)));
        this.loop = new VertxEventLoop(vertx);
        this.broker = new Broker(
                loop,
                storage.messages(),
                storage.queues(),
                storage.topics(),
                storage.wakeSignals(),
                dispatch,
                listener);
        this.settler = new SettleService(broker, new ReplicaForwarder(vertx));
        this.queues = new QueueService(
                broker, storage.queues(), storage.messages(), storage.deadLetters(), storage.wakeSignals());
        this.topics = new TopicService(broker, storage.topics());
        this.followers = new FollowService(broker);
        this.schedules = new ScheduleService(broker, storage.schedules());
    }

    private static DatabaseSettings settings(DatabaseConfiguration database) {
        DatabaseSettings defaults = DatabaseSettings.DEFAULTS;
        return new DatabaseSettings(
                database.hotConnections(),
                database.managementConnections(),
                defaults.waitingMax(),
                defaults.acquireMillisMax(),
                defaults.transactionMillisMax(),
                defaults.repeatsMax());
    }

    DatabaseUrl url() {
        return url;
    }

    PostgresStorage storage() {
        return storage;
    }

    EventLoop loop() {
        return loop;
    }

    ScheduleService scheduleService() {
        return schedules;
    }

    /** Also the publisher and the consumers of the transports. */
    @Produces
    @Singleton
    Broker broker() {
        return broker;
    }

    @Produces
    @Singleton
    Settler settler() {
        return settler;
    }

    @Produces
    @Singleton
    Queues queues() {
        return queues;
    }

    @Produces
    @Singleton
    Topics topics() {
        return topics;
    }

    @Produces
    @Singleton
    Followers followers() {
        return followers;
    }

    @Produces
    @Singleton
    Schedules schedules() {
        return schedules;
    }
}
