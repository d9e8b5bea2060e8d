package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.Ports;
import dev.postrider.broker.store.TopicStoreContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresTopicStoreTest extends TopicStoreContract {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    @Override
    protected Ports ports() {
        return POSTGRES.ports();
    }
}
