package dev.postrider.broker.transport.websocket;

import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.dispatch.Publisher;
import dev.postrider.broker.dispatch.Settler;
import dev.postrider.broker.transport.Limits;
import dev.postrider.broker.transport.MessageParser;
import dev.postrider.broker.transport.PeerChannel;
import dev.postrider.broker.transport.Problem;
import dev.postrider.broker.transport.PublishBudget;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** {@code GET /v1/ws}: checks the handshake, agrees on a sub-protocol, and hands over to a session. */
@Singleton
final class SocketRoutes {
    static final String PATH = "/v1/ws";

    private static final Logger LOG = Logger.getLogger(SocketRoutes.class);

    private static final int BEFORE_THE_BROKER_LEAVES = 1_000;
    private static final long TELLING_SECONDS = 2;

    private final Broker broker;
    /** The sessions of all event loops, and the context of each. */
    private final Map<SocketSession<?>, Context> sessions = new ConcurrentHashMap<>();

    @Inject
    SocketRoutes(
            Vertx vertx,
            Publisher publisher,
            Consumers consumers,
            Settler settler,
            MessageParser messages,
            Limits limits,
            PublishBudget budget) {
        this(new Broker(vertx, publisher, consumers, settler, messages, limits, budget, Broker.PING_MILLIS_DEFAULT));
    }

    SocketRoutes(Broker broker) {
        this.broker = broker;
    }

    void register(@Observes Router router) {
        router.route(PATH).handler(this::handle);
    }

    private void handle(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        if (!request.method().equals(HttpMethod.GET)) {
            routing.response().putHeader("Allow", "GET");
            refuse(routing, new ProtocolException(ProblemCode.METHOD_NOT_ALLOWED, "A WebSocket is opened with GET"));
            return;
        }
        try {
            requireHandshake(request);
            SubProtocol chosen = SubProtocol.choose(request.headers().getAll("Sec-WebSocket-Protocol"));
            PeerChannel.of(request.connection()).expectFrames(SocketServerOptions.messageBytesMax(broker.limits()));
            request.toWebSocket()
                    .onSuccess(socket -> begin(chosen, socket, PeerChannel.of(request.connection())))
                    .onFailure(e -> LOG.debugf("A WebSocket handshake failed: %s", e.getMessage()));
        } catch (ProtocolException e) {
            request.resume();
            refuse(routing, e);
        }
    }

    private void begin(SubProtocol chosen, ServerWebSocket socket, PeerChannel channel) {
        SocketEnd end = new SocketEnd(broker.vertx(), socket, channel, broker.pingMillis());
        SocketSession<?> session = chosen == SubProtocol.BINARY
                ? new BinarySession(broker, socket, end)
                : new JsonSession(broker, socket, end);
        sessions.put(session, broker.vertx().getOrCreateContext());
        end.attach(session, () -> sessions.remove(session));
    }

    /**
     * Says goodbye while the server still listens, before the broker leaves: what is published from then on is not
     * answered, so that its client knows that it was not stored. Those with subscriptions hear of it when these have
     * ended.
     */
    void stop(@Observes @Priority(BEFORE_THE_BROKER_LEAVES) ShutdownDelayInitiatedEvent event) {
        CompletableFuture<Void> told = stopAll();
        try {
            told.get(TELLING_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warnf("Not all sockets were told that the broker stops: %s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Completes when every session knows. */
    CompletableFuture<Void> stopAll() {
        List<CompletableFuture<Void>> told = new ArrayList<>();
        sessions.forEach((session, context) -> {
            CompletableFuture<Void> one = new CompletableFuture<>();
            told.add(one);
            context.runOnContext(none -> {
                session.stop();
                one.complete(null);
            });
        });
        return CompletableFuture.allOf(told.toArray(CompletableFuture[]::new));
    }

    private static void requireHandshake(HttpServerRequest request) {
        boolean upgrade = request.version() == HttpVersion.HTTP_1_1
                && "websocket".equalsIgnoreCase(request.getHeader("Upgrade"))
                && request.getHeader("Sec-WebSocket-Key") != null;
        if (!upgrade) {
            throw ProtocolException.invalid("This address takes WebSocket handshakes over HTTP/1.1 only");
        }
    }

    private static void refuse(RoutingContext routing, ProtocolException reason) {
        Problem problem = Problem.of(reason, routing.request().path());
        HttpServerResponse response = routing.response();
        response.setStatusCode(problem.code().status())
                .putHeader("Content-Type", Problem.CONTENT_TYPE)
                .putHeader("Cache-Control", "no-store")
                .end(problem.toBuffer());
    }
}
