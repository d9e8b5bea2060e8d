package dev.postrider.broker.transport.http;

import dev.postrider.broker.dispatch.Queues;
import dev.postrider.broker.store.PeekedDelivery.State;
import dev.postrider.protocol.ProtocolException;
import jakarta.inject.Singleton;

/** Shows messages and leaves them as they are. */
@Singleton
final class PeekHandler {
    private static final int LIMIT_DEFAULT = 50;
    private static final int LIMIT_MAX = 1_000;

    private final Queues queues;

    PeekHandler(Queues queues) {
        this.queues = queues;
    }

    void handle(Exchange exchange) {
        State state = state(exchange.query("state"));
        int limit = exchange.query("limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
        queues.peek(exchange.queue(), state, exchange.query("after"), limit)
                .onFailure(exchange::refuse)
                .onSuccess(peeked -> MessagesAnswer.write(exchange, peeked.messages(), peeked.next())
                        .onFailure(exchange::refuse));
    }

    private static State state(String text) {
        if (text == null) {
            return State.READY;
        }
        return switch (text) {
            case "ready" -> State.READY;
            case "scheduled" -> State.SCHEDULED;
            case "inFlight" -> State.IN_FLIGHT;
            default -> throw ProtocolException.invalid("'state' must be ready, scheduled or inFlight");
        };
    }
}
