package dev.postrider.broker.transport.websocket;

import dev.postrider.broker.transport.BrokerDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;

/** All of {@link SocketsOnTheBroker} in {@code postrider.v1.json}. */
@QuarkusTest
@QuarkusTestResource(BrokerDatabase.class)
class SocketsOnTheBrokerTest extends SocketsOnTheBroker {
    @Override
    SubProtocol protocol() {
        return SubProtocol.JSON;
    }
}
