package dev.postrider.client;

/** All of {@link SubscribeTest} over JSON. */
class SubscribeOverJsonTest extends SubscribeTest {
    @Override
    WireProtocol protocol() {
        return WireProtocol.JSON;
    }
}
