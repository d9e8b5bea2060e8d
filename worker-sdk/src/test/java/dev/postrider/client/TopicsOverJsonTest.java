package dev.postrider.client;

/** All of {@link TopicsTest} over JSON. */
class TopicsOverJsonTest extends TopicsTest {
    @Override
    WireProtocol protocol() {
        return WireProtocol.JSON;
    }
}
