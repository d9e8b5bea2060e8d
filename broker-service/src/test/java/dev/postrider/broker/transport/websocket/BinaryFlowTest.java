package dev.postrider.broker.transport.websocket;

/** All of {@link SocketFlowTest} in {@code postrider.v1.binary}. */
class BinaryFlowTest extends SocketFlowTest {
    @Override
    SubProtocol protocol() {
        return SubProtocol.BINARY;
    }
}
