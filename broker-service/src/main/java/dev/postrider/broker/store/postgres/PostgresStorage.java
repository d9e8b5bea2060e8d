package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.BrokerRegistry;
import dev.postrider.broker.store.DeadLetterStore;
import dev.postrider.broker.store.MaintenanceStore;
import dev.postrider.broker.store.MessageStore;
import dev.postrider.broker.store.QueueStore;
import dev.postrider.broker.store.ScheduleStore;
import dev.postrider.broker.store.TopicStore;
import dev.postrider.broker.store.WakeSignals;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.Map;

/**
 * All ports of one broker on one database, which must have been {@linkplain Migrations migrated}. Opening connects to
 * nothing: connections are made when they are needed. Safe to use from any thread.
 */
public final class PostgresStorage {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Hosts listeners;
    private final Brake brake;
    private final Database hot;
    private final Database management;
    private final MessageStore messages;
    private final QueueStore queues;
    private final TopicStore topics;
    private final DeadLetterStore deadLetters;
    private final ScheduleStore schedules;
    private final BrokerRegistry brokers;
    private final MaintenanceStore maintenance;
    private final WakeSignals wakeSignals;

    private PostgresStorage(Vertx vertx, DatabaseUrl url, DatabaseSettings settings) {
        this.listeners = Database.hosts(vertx, url, settings, Map.of("application_name", "postrider listener"));
        this.brake = new Brake(vertx, listeners);
        this.hot = Database.hot(vertx, url, settings, brake);
        this.management = Database.management(vertx, url, settings, brake);
        Slices slices = new Slices(management);
        this.messages = new PostgresMessageStore(hot, management, slices);
        this.queues = new PostgresQueueStore(management);
        this.topics = new PostgresTopicStore(management);
        this.deadLetters = new PostgresDeadLetterStore(management);
        this.schedules = new PostgresScheduleStore(management);
        this.brokers = new PostgresBrokerRegistry(management, PostgresStorage::newId);
        this.maintenance = new PostgresMaintenanceStore(management, slices);
        this.wakeSignals =
                new PostgresWakeSignals(vertx, management, listeners, Long.toString(newId(), Character.MAX_RADIX));
    }

    public static PostgresStorage open(Vertx vertx, DatabaseUrl url, DatabaseSettings settings) {
        return new PostgresStorage(vertx, url, settings);
    }

    public MessageStore messages() {
        return messages;
    }

    public QueueStore queues() {
        return queues;
    }

    public TopicStore topics() {
        return topics;
    }

    public DeadLetterStore deadLetters() {
        return deadLetters;
    }

    public ScheduleStore schedules() {
        return schedules;
    }

    public BrokerRegistry brokers() {
        return brokers;
    }

    public MaintenanceStore maintenance() {
        return maintenance;
    }

    public WakeSignals wakeSignals() {
        return wakeSignals;
    }

    /** Stops listening, then closes the connections. */
    public Future<Void> close() {
        brake.close();
        return wakeSignals
                .close()
                .transform(v -> Future.join(hot.close(), management.close()))
                .mapEmpty();
    }

    private static long newId() {
        long id = RANDOM.nextLong() & Long.MAX_VALUE;
        return id == 0 ? 1 : id;
    }
}
