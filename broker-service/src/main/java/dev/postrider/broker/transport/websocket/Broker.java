package dev.postrider.broker.transport.websocket;

import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.dispatch.Publisher;
import dev.postrider.broker.dispatch.Settler;
import dev.postrider.broker.transport.Limits;
import dev.postrider.broker.transport.PublishBudget;
import io.vertx.core.Vertx;

/** What every session uses. */
record Broker(
        Vertx vertx,
        Publisher publisher,
        Consumers consumers,
        Settler settler,
        FrameParser parser,
        Limits limits,
        PublishBudget budget) {}
