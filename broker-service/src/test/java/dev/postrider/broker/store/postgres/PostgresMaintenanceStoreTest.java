package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.MaintenanceStoreContract;
import dev.postrider.broker.store.Ports;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresMaintenanceStoreTest extends MaintenanceStoreContract {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    @Override
    protected Ports ports() {
        return POSTGRES.ports();
    }
}
