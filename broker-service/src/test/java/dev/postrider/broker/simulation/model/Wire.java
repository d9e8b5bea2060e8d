package dev.postrider.broker.simulation.model;

import io.vertx.core.Future;

/** The way from one client to the server. */
public interface Wire {
    /** Carries out the steps of an exchange, or loses some. Fails as the ports say. */
    <T> Future<T> send(Exchange<T> exchange);

    /** Completes so much later. */
    Future<Void> after(long millis);

    /** A wire without length or faults: every transaction happens at once, alone. */
    final class Immediate implements Wire {
        @Override
        public <T> Future<T> send(Exchange<T> exchange) {
            try {
                if (!exchange.asks()) {
                    exchange.prepare();
                }
                if (!exchange.begin()) {
                    throw new IllegalStateException("Nobody else is there to wait for");
                }
                if (exchange.asks()) {
                    exchange.prepare();
                }
                return Future.succeededFuture(exchange.end());
            } catch (RuntimeException e) {
                return Future.failedFuture(e);
            } finally {
                exchange.abort();
            }
        }

        @Override
        public Future<Void> after(long millis) {
            return Future.succeededFuture();
        }
    }
}
