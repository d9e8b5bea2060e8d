package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.MessageStore;
import dev.postrider.broker.store.MessageStoreContract;
import dev.postrider.broker.store.QueueStore;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresMessageStoreTest extends MessageStoreContract {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    @Override
    protected MessageStore messageStore() {
        return POSTGRES.storage().messages();
    }

    @Override
    protected QueueStore queueStore() {
        return POSTGRES.storage().queues();
    }
}
