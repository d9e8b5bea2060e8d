package dev.postrider.broker.transport.http;

import dev.postrider.broker.dispatch.Publisher;
import dev.postrider.broker.transport.Limits;
import dev.postrider.broker.transport.MessageParser;
import dev.postrider.broker.transport.PublishBudget;
import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Function;

/** Publishes many messages in one request, in the form that the content type names. */
@Singleton
final class BatchHandler {
    private final Vertx vertx;
    private final Publisher publisher;
    private final MessageParser parser;
    private final Limits limits;
    private final PublishBudget budget;

    BatchHandler(Vertx vertx, Publisher publisher, MessageParser parser, Limits limits, PublishBudget budget) {
        this.vertx = vertx;
        this.publisher = publisher;
        this.parser = parser;
        this.limits = limits;
        this.budget = budget;
    }

    void handle(Exchange exchange) {
        if (!MediaTypes.hasBody(exchange.request())) {
            throw ProtocolException.invalid("The body is missing");
        }
        parser.refuseProperties(exchange.request().headers());
        String mediaType = MediaTypes.ofBody(exchange.request());
        switch (mediaType) {
            case "", MediaTypes.JSON -> {
                MediaTypes.requireUtf8(exchange.request());
                publish(exchange, parser::parseBatch);
            }
            case MediaTypes.EVENTS -> {
                MediaTypes.requireUtf8(exchange.request());
                publish(exchange, parser::parseEvents);
            }
            case MediaTypes.RECORDS -> publish(exchange, parser::parseRecords);
            case MediaTypes.NDJSON -> {
                MediaTypes.requireUtf8(exchange.request());
                new MessageStream(vertx, exchange, new MessageStream.Sink(publisher, parser, limits, budget)).start();
            }
            default ->
                throw MediaTypes.unsupported(String.join(", ", MediaTypes.JSON, MediaTypes.NDJSON, MediaTypes.EVENTS)
                        + " or " + MediaTypes.RECORDS);
        }
    }

    private void publish(Exchange exchange, Function<byte[], List<MessageRecord>> form) {
        Future<List<String>> stored = exchange.bodies()
                .read(exchange.request(), limits.batchBytes(), budget)
                .compose(body -> Future.succeededFuture(body.bytes())
                        .map(form)
                        .compose(messages -> exchange.publish(publisher, messages))
                        .onComplete(done -> body.giveBack()));
        exchange.answer(201, stored, (out, ids) -> {
            out.writeStartObject();
            out.writeArrayFieldStart("ids");
            for (String id : ids) {
                out.writeString(id);
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }
}
