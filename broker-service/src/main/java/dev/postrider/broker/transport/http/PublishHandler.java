package dev.postrider.broker.transport.http;

import dev.postrider.broker.dispatch.Publisher;
import dev.postrider.broker.transport.Limits;
import dev.postrider.broker.transport.MessageParser;
import dev.postrider.broker.transport.PublishBudget;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.List;

/** Publishes one message: the request's body, with its properties as headers. */
@Singleton
final class PublishHandler {
    private final Publisher publisher;
    private final MessageParser parser;
    private final Limits limits;
    private final PublishBudget budget;

    PublishHandler(Publisher publisher, MessageParser parser, Limits limits, PublishBudget budget) {
        this.publisher = publisher;
        this.parser = parser;
        this.limits = limits;
        this.budget = budget;
    }

    void handle(Exchange exchange) {
        MessageRecord.Builder properties =
                parser.parseHeaders(exchange.request().headers());
        String contentType = exchange.request().getHeader("Content-Type");
        boolean isEvent = MediaTypes.ofBody(exchange.request()).equals(MediaTypes.EVENT);
        if (isEvent) {
            MediaTypes.requireUtf8(exchange.request());
        }
        Future<List<String>> stored = exchange.bodies()
                .read(exchange.request(), isEvent ? limits.batchBytes() : limits.messageBytes(), budget)
                .compose(body -> Future.succeededFuture(body.bytes())
                        .map(bytes -> List.of(parser.parseBody(contentType, properties, bytes)))
                        .compose(messages -> exchange.publish(publisher, messages))
                        .onComplete(done -> body.giveBack()));
        exchange.answer(201, stored, (out, ids) -> {
            out.writeStartObject();
            out.writeStringField("id", ids.get(0));
            out.writeEndObject();
        });
    }
}
