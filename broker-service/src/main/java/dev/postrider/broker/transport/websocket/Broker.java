package dev.postrider.broker.transport.websocket;

import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.dispatch.Publisher;
import dev.postrider.broker.dispatch.Settler;
import dev.postrider.broker.transport.Limits;
import dev.postrider.broker.transport.MessageParser;
import dev.postrider.broker.transport.PublishBudget;
import io.vertx.core.Vertx;

/**
 * What every session uses.
 *
 * @param pingMillis how often a client is pinged; one that was not heard for three times as long is gone
 */
record Broker(
        Vertx vertx,
        Publisher publisher,
        Consumers consumers,
        Settler settler,
        MessageParser messages,
        Limits limits,
        PublishBudget budget,
        long pingMillis) {
    static final long PING_MILLIS_DEFAULT = 15_000;
}
