package dev.postrider.broker.transport.http;

import dev.postrider.broker.transport.JsonInput;
import dev.postrider.broker.transport.Problem;
import dev.postrider.broker.transport.RequestBody;
import dev.postrider.protocol.Names;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Lets a request through to what answers it, once its path, method, names, query, types and body have been found to be
 * those of a call of the API. Everything refused here is refused in one way, whoever would have answered.
 */
final class ApiGate {
    /** More than 1,000 receipts, or the ids of a redrive, ever need. */
    static final int JSON_BYTES_MAX = 1024 * 1024;

    /** Parameters that restrict what a call does; the others may be empty, which counts as absent. */
    private static final Set<String> WITH_VALUE = Set.of("ifEmpty");

    private final BodyReader bodies;
    private final BiConsumer<Call.Action, Exchange> handlers;

    ApiGate(BodyReader bodies, BiConsumer<Call.Action, Exchange> handlers) {
        this.bodies = bodies;
        this.handlers = handlers;
    }

    void handle(RoutingContext routing) {
        Exchange exchange = new Exchange(routing, bodies);
        try {
            List<String> segments = segments(routing.request().path());
            List<Call> calls = ApiTable.at(segments);
            if (calls.isEmpty() || segments.contains("")) {
                throw new ProtocolException(ProblemCode.NOT_FOUND, "There is no such path in the API");
            }
            checkNames(calls.get(0), segments);
            choose(routing, calls, new Exchange(routing, named("queues", segments), named("topics", segments), bodies));
        } catch (RuntimeException e) {
            exchange.refuse(e);
        }
    }

    /** What the path names of that kind; null: nothing. */
    private static String named(String kind, List<String> segments) {
        return segments.size() > 2 && segments.get(1).equals(kind) ? segments.get(2) : null;
    }

    private void choose(RoutingContext routing, List<Call> calls, Exchange exchange) {
        HttpMethod method = routing.request().method();
        for (Call call : calls) {
            if (call.answers(method)) {
                enter(routing, call, exchange);
                return;
            }
        }
        routing.response().putHeader("Allow", allowed(calls));
        if (!method.equals(HttpMethod.OPTIONS)) {
            throw new ProtocolException(ProblemCode.METHOD_NOT_ALLOWED, "Allowed here: " + allowed(calls));
        }
        routing.response().setStatusCode(204).end();
        bodies.discardRest(routing.request());
    }

    private void enter(RoutingContext routing, Call call, Exchange exchange) {
        switch (call.action()) {
            case ELSEWHERE -> routing.next();
            default -> {
                checkQuery(call, routing);
                if (call.action() != Call.Action.RECEIVE || !MediaTypes.takesEvents(routing.request())) {
                    MediaTypes.requireJsonAccepted(routing.request());
                }
                readBody(routing, call, exchange);
            }
        }
    }

    private void readBody(RoutingContext routing, Call call, Exchange exchange) {
        HttpServerRequest request = routing.request();
        switch (call.body()) {
            case OWN -> handlers.accept(call.action(), exchange);
            case NONE -> {
                bodies.discardRest(request);
                proceed(routing, call, exchange);
            }
            default -> {
                MediaTypes.requireJson(request);
                bodies.read(request, JSON_BYTES_MAX).onComplete(read -> {
                    if (read.failed()) {
                        exchange.refuse(read.cause());
                    } else {
                        exchange.setJson(read.result());
                        proceed(routing, call, exchange);
                    }
                });
            }
        }
    }

    private void proceed(RoutingContext routing, Call call, Exchange exchange) {
        try {
            if (call.body() == Call.Body.EMPTY && exchange.json().length > 0) {
                JsonInput in = JsonInput.of(exchange.json());
                in.object("The body", field -> false);
                in.end();
            }
            if (call.action() == Call.Action.MANAGE) {
                RequestBody.put(routing, exchange.json());
                routing.next();
            } else {
                handlers.accept(call.action(), exchange);
            }
        } catch (RuntimeException e) {
            exchange.refuse(e);
        }
    }

    /** Answers what no route has: a path outside the API, or a request that the router itself refuses. */
    static void refuse(RoutingContext routing, ProblemCode code, String detail, BodyReader bodies) {
        new Exchange(routing, bodies)
                .refuse(Problem.of(code, detail, routing.request().path()));
    }

    private static List<String> segments(String path) {
        if (path.indexOf('%') < 0) {
            return Call.segments(path);
        }
        try {
            return Call.segments(path).stream()
                    .map(segment -> URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw ProtocolException.invalid("The path is not well encoded");
        }
    }

    private static void checkNames(Call call, List<String> segments) {
        for (int i = 0; i < segments.size(); i++) {
            String variable = call.path().get(i);
            if (Call.isVariable(variable) && !variable.equals("{id}")) {
                Names.check(variable.substring(1, variable.length() - 1), segments.get(i));
            }
        }
    }

    private static void checkQuery(Call call, RoutingContext routing) {
        MultiMap query;
        try {
            query = routing.queryParams(StandardCharsets.UTF_8);
        } catch (RuntimeException e) {
            throw ProtocolException.invalid("The query is not well encoded");
        }
        for (String name : query.names()) {
            if (!call.query().contains(name)) {
                throw ProtocolException.invalid("There is no query parameter '" + name + "' here");
            }
            if (query.getAll(name).size() > 1) {
                throw ProtocolException.invalid("The query parameter '" + name + "' is there twice");
            }
            if (WITH_VALUE.contains(name) && query.get(name).isEmpty()) {
                throw ProtocolException.invalid("The query parameter '" + name + "' has no value");
            }
        }
    }

    private static String allowed(List<Call> calls) {
        TreeSet<String> methods =
                calls.stream().map(call -> call.method().name()).collect(Collectors.toCollection(TreeSet::new));
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        methods.add("OPTIONS");
        return String.join(", ", methods);
    }
}
