package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.Await;
import dev.postrider.broker.store.Ports;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Gives a test class a database of its own with a storage on it. */
final class PostgresExtension implements BeforeAllCallback, AfterAllCallback {
    private final DatabaseSettings settings;
    private Vertx vertx;
    private DatabaseUrl url;
    private PostgresStorage storage;

    PostgresExtension() {
        this(DatabaseSettings.DEFAULTS);
    }

    PostgresExtension(DatabaseSettings settings) {
        this.settings = settings;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (context.getRequiredTestClass().getEnclosingClass() == null) {
            vertx = Vertx.vertx();
            url = TestServer.newDatabase();
            storage = PostgresStorage.open(vertx, url, settings);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (context.getRequiredTestClass().getEnclosingClass() == null) {
            Await.result(storage.close());
            Await.result(vertx.close());
        }
    }

    Vertx vertx() {
        return vertx;
    }

    DatabaseUrl url() {
        return url;
    }

    Ports ports() {
        return new Ports(
                storage.messages(),
                storage.queues(),
                storage.topics(),
                storage.deadLetters(),
                storage.brokers(),
                storage.maintenance());
    }

    PostgresStorage storage() {
        return storage;
    }
}
