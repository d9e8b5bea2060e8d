package dev.postrider.broker.transport.http;

import dev.postrider.protocol.ProblemCode;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Puts the API's routes in place. */
@Singleton
final class ApiRoutes {
    /** Before authentication and everything else that looks at a path. */
    static final int HYGIENE_ORDER = -10_000;

    /** Behind authentication, before the routes of resources and of the other transports. */
    private static final int GATE_ORDER = -10;

    private final BodyReader bodies;
    private final PublishHandler publish;
    private final BatchHandler batch;
    private final ReceiveHandler receive;
    private final SettleHandler settle;
    private final PeekHandler peek;

    ApiRoutes(
            BodyReader bodies,
            PublishHandler publish,
            BatchHandler batch,
            ReceiveHandler receive,
            SettleHandler settle,
            PeekHandler peek) {
        this.bodies = bodies;
        this.publish = publish;
        this.batch = batch;
        this.receive = receive;
        this.settle = settle;
        this.peek = peek;
    }

    void register(@Observes Router router) {
        ApiGate gate = new ApiGate(bodies, this::handle);
        router.route().order(HYGIENE_ORDER).handler(this::checkHygiene);
        router.route().order(HYGIENE_ORDER).failureHandler(this::refuseMalformed);
        router.route("/v1/*").order(GATE_ORDER).handler(gate::handle);
        onError(router, 400, ProblemCode.INVALID_REQUEST, "The request is not well formed");
        onError(router, 404, ProblemCode.NOT_FOUND, "There is nothing here");
        onError(router, 405, ProblemCode.METHOD_NOT_ALLOWED, "The method is not allowed here");
        onError(router, 406, ProblemCode.NOT_ACCEPTABLE, "No representation fits the Accept header");
        onError(router, 413, ProblemCode.MESSAGE_TOO_LARGE, "The body is too large");
        onError(router, 415, ProblemCode.UNSUPPORTED_MEDIA_TYPE, "The content type is not supported here");
    }

    private void handle(Call.Action action, Exchange exchange) {
        switch (action) {
            case PUBLISH -> publish.handle(exchange);
            case PUBLISH_BATCH -> batch.handle(exchange);
            case RECEIVE -> receive.handle(exchange);
            case ACK -> settle.ack(exchange);
            case NACK -> settle.nack(exchange);
            case DEAD_LETTER -> settle.deadLetter(exchange);
            case EXTEND -> settle.extend(exchange);
            case PEEK -> peek.handle(exchange);
            default -> throw new IllegalStateException(action + " is answered elsewhere");
        }
    }

    private void checkHygiene(RoutingContext routing) {
        try {
            RequestHygiene.check(routing.request());
        } catch (RuntimeException e) {
            new Exchange(routing, bodies).refuse(e);
            return;
        }
        routing.next();
    }

    /** What the router itself cannot make sense of, such as a request without a host. */
    private void refuseMalformed(RoutingContext routing) {
        if (routing.statusCode() == 400) {
            ApiGate.refuse(routing, ProblemCode.INVALID_REQUEST, "The request is not well formed", bodies);
        } else {
            routing.next();
        }
    }

    private void onError(Router router, int status, ProblemCode code, String detail) {
        router.errorHandler(status, routing -> ApiGate.refuse(routing, code, detail, bodies));
    }
}
