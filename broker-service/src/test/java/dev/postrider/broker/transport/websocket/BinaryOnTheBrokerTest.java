package dev.postrider.broker.transport.websocket;

import dev.postrider.broker.transport.BrokerDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;

/** All of {@link SocketsOnTheBrokerTest} in {@code postrider.v1.binary}. */
@QuarkusTest
@QuarkusTestResource(BrokerDatabase.class)
class BinaryOnTheBrokerTest extends SocketsOnTheBrokerTest {
    @Override
    SubProtocol protocol() {
        return SubProtocol.BINARY;
    }
}
