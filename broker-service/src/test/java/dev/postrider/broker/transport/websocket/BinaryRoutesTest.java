package dev.postrider.broker.transport.websocket;

/** All of {@link SocketRoutesTest} in {@code postrider.v1.binary}. */
class BinaryRoutesTest extends SocketRoutesTest {
    @Override
    SubProtocol protocol() {
        return SubProtocol.BINARY;
    }
}
