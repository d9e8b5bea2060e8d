package dev.postrider.broker.transport.http;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.Queues;
import dev.postrider.broker.store.PeekedDelivery.State;
import dev.postrider.broker.transport.PublishBudget;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import jakarta.inject.Singleton;

/** Shows messages and leaves them as they are. */
@Singleton
final class PeekHandler {
    private static final int LIMIT_DEFAULT = 50;
    private static final int LIMIT_MAX = 1_000;

    /** What one page may hold in memory while it is read and written. */
    private static final long PAGE_BYTES = 8L << 20;

    private static final int PART_OF_HEAP = 8;

    private final Queues queues;
    private final PublishBudget pages =
            new PublishBudget(Math.max(PAGE_BYTES, Runtime.getRuntime().maxMemory() / PART_OF_HEAP));

    PeekHandler(Queues queues) {
        this.queues = queues;
    }

    void handle(Exchange exchange) {
        State state = state(exchange.query("state"));
        int limit = exchange.query("limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
        String after = exchange.query("after");
        if (!pages.tryTake(PAGE_BYTES)) {
            throw new BrokerException(
                    ProblemCode.OVERLOADED, "Too many others are looking at messages; look again in a moment");
        }
        queues.peek(exchange.queue(), state, after, limit)
                .compose(peeked -> MessagesAnswer.write(exchange, peeked.messages(), peeked.next()))
                .onComplete(written -> {
                    pages.giveBack(PAGE_BYTES);
                    if (written.failed()) {
                        exchange.refuse(written.cause());
                    }
                });
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
