package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.Ports;
import dev.postrider.broker.store.RetainedStoreContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresRetainedStoreTest extends RetainedStoreContract {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    @Override
    protected Ports ports() {
        return POSTGRES.ports();
    }
}
