package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.FairnessContract;
import dev.postrider.broker.store.Ports;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresFairnessTest extends FairnessContract {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    @Override
    protected Ports ports() {
        return POSTGRES.ports();
    }
}
