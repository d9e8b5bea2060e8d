package dev.postrider.client;

/** All of {@link PublishTest} over JSON. */
class PublishOverJsonTest extends PublishTest {
    @Override
    WireProtocol protocol() {
        return WireProtocol.JSON;
    }
}
