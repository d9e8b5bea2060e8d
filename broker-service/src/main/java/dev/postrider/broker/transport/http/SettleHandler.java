package dev.postrider.broker.transport.http;

import dev.postrider.broker.dispatch.Settler;
import dev.postrider.broker.dispatch.Settler.Settled;
import dev.postrider.broker.transport.JsonInput;
import dev.postrider.broker.transport.SettleJson;
import dev.postrider.protocol.ProtocolException;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;

/** Ends handings-out, or gives them more time, by their receipts. */
@Singleton
final class SettleHandler {
    private final Settler settler;

    SettleHandler(Settler settler) {
        this.settler = settler;
    }

    void ack(Exchange exchange) {
        Request request = Request.read(exchange.json(), Set.of());
        answer(exchange, settler.ack(exchange.queue(), request.receipts));
    }

    void nack(Exchange exchange) {
        Request request = Request.read(exchange.json(), Set.of("delay", "reason"));
        answer(exchange, settler.nack(exchange.queue(), request.receipts, request.delayMillis, request.reason));
    }

    void deadLetter(Exchange exchange) {
        Request request = Request.read(exchange.json(), Set.of("reason"));
        answer(exchange, settler.deadLetter(exchange.queue(), request.receipts, request.reason));
    }

    void extend(Exchange exchange) {
        Request request = Request.read(exchange.json(), Set.of("lease"));
        if (request.leaseMillis == 0) {
            throw ProtocolException.invalid("'lease' is missing");
        }
        answer(exchange, settler.extend(exchange.queue(), request.receipts, request.leaseMillis));
    }

    private static void answer(Exchange exchange, Future<Settled> settled) {
        exchange.answer(200, settled, (out, result) -> {
            out.writeStartObject();
            SettleJson.writeFields(out, result);
            out.writeEndObject();
        });
    }

    /** What such a call says. */
    private static final class Request {
        private List<String> receipts;
        private long delayMillis = -1;
        private String reason;
        private long leaseMillis;

        static Request read(byte[] body, Set<String> fields) {
            Request request = new Request();
            JsonInput in = JsonInput.of(body);
            in.object("The body", field -> request.take(in, field, fields));
            in.end();
            if (request.receipts == null) {
                throw ProtocolException.invalid("'receipts' is missing");
            }
            return request;
        }

        private boolean take(JsonInput in, String field, Set<String> fields) {
            if (field.equals("receipts")) {
                receipts = SettleJson.receipts(in, field);
                return true;
            }
            if (!fields.contains(field)) {
                return false;
            }
            switch (field) {
                case "delay" -> delayMillis = SettleJson.delay(in, field);
                case "reason" -> reason = SettleJson.reason(in, field);
                default -> leaseMillis = SettleJson.lease(in, field);
            }
            return true;
        }
    }
}
