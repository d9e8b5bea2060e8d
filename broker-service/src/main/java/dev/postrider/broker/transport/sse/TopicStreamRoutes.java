package dev.postrider.broker.transport.sse;

import dev.postrider.broker.dispatch.Followers;
import dev.postrider.broker.dispatch.Topics;
import dev.postrider.protocol.ProtocolException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** {@code GET /v1/topics/{topic}/stream}: checks the request, follows the topic, and hands over to the stream. */
@Singleton
final class TopicStreamRoutes {
    private static final String PREFIX = "/v1/topics/";
    private static final String SUFFIX = "/stream";
    // As for queues: without a variable in the path.
    private static final String PATH = PREFIX + "[^/]+" + SUFFIX;

    private final Vertx vertx;
    private final Followers followers;
    private final Topics topics;
    private final long keepAliveMillis;

    @Inject
    TopicStreamRoutes(Vertx vertx, Followers followers, Topics topics) {
        this(vertx, followers, topics, StreamRoutes.KEEP_ALIVE_MILLIS);
    }

    TopicStreamRoutes(Vertx vertx, Followers followers, Topics topics, long keepAliveMillis) {
        this.vertx = vertx;
        this.followers = followers;
        this.topics = topics;
        this.keepAliveMillis = keepAliveMillis;
    }

    void register(@Observes Router router) {
        router.routeWithRegex(PATH).handler(this::handle);
    }

    private void handle(RoutingContext routing) {
        // A body has no meaning here; left unread, it would keep the connection from being used again.
        routing.request().resume();
        HttpMethod method = routing.request().method();
        if (!StreamRoutes.isRead(routing, method)) {
            return;
        }
        String path = routing.normalizedPath();
        try {
            TopicStreamRequest request = TopicStreamRequest.of(
                    path.substring(PREFIX.length(), path.length() - SUFFIX.length()),
                    routing.queryParams(),
                    routing.request().getHeader("Accept"),
                    routing.request().getHeader("Last-Event-ID"));
            if (method.equals(HttpMethod.HEAD)) {
                answerHead(routing, request);
            } else {
                stream(routing, request);
            }
        } catch (ProtocolException e) {
            StreamRoutes.refuse(routing, e);
        } catch (HttpException e) {
            StreamRoutes.refuse(routing, ProtocolException.invalid("The query is not well formed"));
        }
    }

    private void answerHead(RoutingContext routing, TopicStreamRequest request) {
        topics.get(request.topic())
                .onSuccess(topic -> EventStream.startAnswer(routing.response()).end())
                .onFailure(e -> StreamRoutes.refuse(routing, e));
    }

    private void stream(RoutingContext routing, TopicStreamRequest request) {
        TopicStream stream =
                new TopicStream(vertx, new StreamSocket(vertx, routing.request(), keepAliveMillis), request);
        routing.addEndHandler(ended -> stream.gone());
        followers
                .follow(request.topic(), request.start())
                .onSuccess(stream::begin)
                .onFailure(e -> StreamRoutes.refuse(routing, e));
    }
}
