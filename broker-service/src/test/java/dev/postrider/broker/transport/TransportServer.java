package dev.postrider.broker.transport;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** An HTTP server on a free port with the routes of a transport, and nothing else. */
public final class TransportServer implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger connections = new AtomicInteger();
    private final HttpServer server;

    /** Starts a server; {@code routes} puts its routes on the router. */
    public TransportServer(HttpServerOptions options, BiConsumer<Vertx, Router> routes) {
        Router router = Router.router(vertx);
        routes.accept(vertx, router);
        HttpServer listening = vertx.createHttpServer(
                        options.setHost("127.0.0.1").setPort(0))
                .connectionHandler(connection -> {
                    connections.incrementAndGet();
                    connection.closeHandler(closed -> connections.decrementAndGet());
                })
                .requestHandler(router);
        try {
            server =
                    listening.listen().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("The server does not start", e);
        }
    }

    public int port() {
        return server.actualPort();
    }

    /** Connections that are open. */
    public int connections() {
        return connections.get();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
