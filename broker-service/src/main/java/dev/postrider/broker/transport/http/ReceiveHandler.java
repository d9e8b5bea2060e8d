package dev.postrider.broker.transport.http;

import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.transport.JsonInput;
import dev.postrider.broker.transport.SettleJson;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;

/** Receives messages by long poll. */
@Singleton
final class ReceiveHandler {
    private static final int MAX_DEFAULT = 10;
    private static final int MAX_MAX = 1_000;
    private static final long WAIT_MAX_MILLIS = 60_000;

    private final Vertx vertx;
    private final Consumers consumers;

    ReceiveHandler(Vertx vertx, Consumers consumers) {
        this.vertx = vertx;
        this.consumers = consumers;
    }

    /**
     * What such a call says.
     *
     * @param max the most messages to answer with
     * @param waitMillis how long to wait for the first one, 0: answer with what is there
     * @param leaseMillis 0: the queue's
     */
    record Wanted(int max, long waitMillis, long leaseMillis) {}

    void handle(Exchange exchange) {
        Wanted wanted = read(exchange.json());
        new LongPoll(vertx, exchange, wanted).start(consumers);
    }

    static Wanted read(byte[] body) {
        if (body.length == 0) {
            return new Wanted(MAX_DEFAULT, 0, 0);
        }
        int[] max = {MAX_DEFAULT};
        long[] waitAndLease = new long[2];
        JsonInput in = JsonInput.of(body);
        in.object("The body", field -> {
            switch (field) {
                case "max" -> max[0] = in.integer(field, 1, MAX_MAX);
                case "wait" ->
                    waitAndLease[0] = in.duration(field, 0, WAIT_MAX_MILLIS).millis();
                case "lease" -> waitAndLease[1] = SettleJson.lease(in, field);
                default -> {
                    return false;
                }
            }
            return true;
        });
        in.end();
        return new Wanted(max[0], waitAndLease[0], waitAndLease[1]);
    }
}
