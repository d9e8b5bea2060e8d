package dev.postrider.broker.transport.sse;

import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.dispatch.Queues;
import dev.postrider.broker.dispatch.Settler;
import dev.postrider.broker.transport.Problem;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** {@code GET /v1/queues/{queue}/stream}: checks the request, joins the queue, and hands over to the stream. */
@Singleton
final class StreamRoutes {
    private static final String QUEUE_PREFIX = "/v1/queues/";
    private static final String SUFFIX = "/stream";
    // Without a variable in the path, which would have Vert.x decode the query before anybody can catch what is
    // wrong.
    private static final String QUEUE_PATH = QUEUE_PREFIX + "[^/]+" + SUFFIX;
    static final long KEEP_ALIVE_MILLIS = 15_000;

    private final Vertx vertx;
    private final Consumers consumers;
    private final Queues queues;
    private final Settler settler;
    private final long keepAliveMillis;

    @Inject
    StreamRoutes(Vertx vertx, Consumers consumers, Queues queues, Settler settler) {
        this(vertx, consumers, queues, settler, KEEP_ALIVE_MILLIS);
    }

    StreamRoutes(Vertx vertx, Consumers consumers, Queues queues, Settler settler, long keepAliveMillis) {
        this.vertx = vertx;
        this.consumers = consumers;
        this.queues = queues;
        this.settler = settler;
        this.keepAliveMillis = keepAliveMillis;
    }

    void register(@Observes Router router) {
        router.routeWithRegex(QUEUE_PATH).handler(this::handle);
    }

    private void handle(RoutingContext routing) {
        // A body has no meaning here; left unread, it would keep the connection from being used again.
        routing.request().resume();
        HttpMethod method = routing.request().method();
        if (!isRead(routing, method)) {
            return;
        }
        String path = routing.normalizedPath();
        try {
            StreamRequest request = StreamRequest.of(
                    path.substring(QUEUE_PREFIX.length(), path.length() - SUFFIX.length()),
                    routing.queryParams(),
                    routing.request().getHeader("Accept"));
            if (method.equals(HttpMethod.HEAD)) {
                answerHead(routing, request);
            } else {
                stream(routing, request);
            }
        } catch (ProtocolException e) {
            refuse(routing, e);
        } catch (HttpException e) {
            refuse(routing, ProtocolException.invalid("The query is not well formed"));
        }
    }

    /** False: it was refused. */
    static boolean isRead(RoutingContext routing, HttpMethod method) {
        if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
            return true;
        }
        routing.response().putHeader("Allow", "GET, HEAD");
        refuse(routing, new ProtocolException(ProblemCode.METHOD_NOT_ALLOWED, "A stream is read with GET"));
        return false;
    }

    private void answerHead(RoutingContext routing, StreamRequest request) {
        queues.get(request.queue())
                .onSuccess(queue -> EventStream.startAnswer(routing.response()).end())
                .onFailure(e -> refuse(routing, e));
    }

    private void stream(RoutingContext routing, StreamRequest request) {
        EventStream stream = new EventStream(vertx, routing.request(), request, settler, keepAliveMillis);
        routing.addEndHandler(ended -> stream.gone());
        consumers
                .join(request.queue(), request.options(), stream)
                .onSuccess(stream::begin)
                .onFailure(e -> refuse(routing, e));
    }

    static void refuse(RoutingContext routing, Throwable reason) {
        HttpServerResponse response = routing.response();
        if (response.ended() || response.closed() || response.headWritten()) {
            return;
        }
        Problem problem = Problem.of(reason, routing.request().path());
        if (problem.code().isRetryable()) {
            response.putHeader("Retry-After", Integer.toString(Problem.RETRY_AFTER_SECONDS));
        }
        response.setStatusCode(problem.code().status())
                .putHeader("Content-Type", Problem.CONTENT_TYPE)
                .putHeader("Cache-Control", "no-store")
                .end(problem.toBuffer());
    }
}
