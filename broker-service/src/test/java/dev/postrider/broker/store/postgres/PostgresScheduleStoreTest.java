package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.ScheduleStore;
import dev.postrider.broker.store.ScheduleStoreContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresScheduleStoreTest extends ScheduleStoreContract {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    @Override
    protected ScheduleStore schedules() {
        return POSTGRES.storage().schedules();
    }
}
