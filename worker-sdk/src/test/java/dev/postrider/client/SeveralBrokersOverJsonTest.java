package dev.postrider.client;

/** All of {@link SeveralBrokersTest} over JSON. */
class SeveralBrokersOverJsonTest extends SeveralBrokersTest {
    @Override
    WireProtocol protocol() {
        return WireProtocol.JSON;
    }
}
