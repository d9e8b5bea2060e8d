package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.ClaimRaceContract;
import dev.postrider.broker.store.Ports;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresClaimRaceTest extends ClaimRaceContract {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    @Override
    protected Ports ports() {
        return POSTGRES.ports();
    }
}
