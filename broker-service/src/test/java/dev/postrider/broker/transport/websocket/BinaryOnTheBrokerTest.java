package dev.postrider.broker.transport.websocket;

import dev.postrider.broker.transport.BrokerDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;

/** All of {@link SocketsOnTheBroker} in {@code postrider.v1.binary}. */
@QuarkusTest
@QuarkusTestResource(BrokerDatabase.class)
class BinaryOnTheBrokerTest extends SocketsOnTheBroker {
    @Override
    SubProtocol protocol() {
        return SubProtocol.BINARY;
    }
}
