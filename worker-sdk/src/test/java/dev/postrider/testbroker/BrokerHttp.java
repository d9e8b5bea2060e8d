package dev.postrider.testbroker;

import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.TextDuration;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** The HTTP side: queues, taking and settling, dead letters, and the way to the WebSocket. */
final class BrokerHttp implements Handler<HttpServerRequest> {
    private static final long POLL_MILLIS = 20;

    private final InMemoryBroker broker;

    BrokerHttp(InMemoryBroker broker) {
        this.broker = broker;
    }

    @Override
    public void handle(HttpServerRequest request) {
        String expected = broker.apiKey;
        if (expected != null && !("Bearer " + expected).equals(request.getHeader("Authorization"))) {
            refuse(request, new Refusal(ProblemCode.UNAUTHORIZED));
            return;
        }
        if (broker.goingAway) {
            refuse(request, new Refusal(ProblemCode.UNAVAILABLE));
            return;
        }
        if (request.path().equals("/v1/ws")) {
            Future<?> upgraded = request.toWebSocket().onSuccess(socket -> new BrokerSocket(broker, socket));
            upgraded.onFailure(failure -> {});
            return;
        }
        request.body().onSuccess(body -> {
            try {
                route(request, body.length() == 0 ? new JsonObject() : body.toJsonObject());
            } catch (Refusal e) {
                refuse(request, e);
            }
        });
    }

    private void route(HttpServerRequest request, JsonObject body) {
        String[] path = request.path().split("/");
        String name = path[3];
        if (path[2].equals("topics") && path.length > 4 && path[4].equals("stream")) {
            BrokerStream.open(broker, name, request);
            return;
        }
        if (path[2].equals("topics")) {
            topic(request, name, path.length > 5 ? path[5] : null, body);
            return;
        }
        String act = path.length > 4 ? request.path().substring(request.path().indexOf(path[4])) : "";
        if (act.isEmpty()) {
            queue(request, name, body);
            return;
        }
        BrokerQueue queue = broker.queue(name);
        switch (act) {
            case "purge" -> answer(request, 200, new JsonObject().put("purged", queue.purge()));
            case "pause", "resume" -> {
                queue.pause(act.equals("pause"));
                answer(request, 200, queue.document());
                broker.dispatch();
            }
            case "seek" -> answer(request, 200, new JsonObject().put("requeued", seek(body)));
            case "messages" -> peek(request, queue);
            case "receive" -> receive(request, queue, body, System.nanoTime());
            case "dead-letters" ->
                answer(request, 200, new JsonObject().put("deadLetters", new JsonArray(queue.deadLetters())));
            case "dead-letters/redrive" -> redrive(request, queue, body);
            default -> settle(request, queue, act, body);
        }
    }

    /** As many as the seconds since 1970: a test sees what was asked. */
    private static long seek(JsonObject body) {
        return Instant.parse(body.getString("from")).getEpochSecond();
    }

    /** {@code queue} null: the topic itself, else its subscription. */
    private void topic(HttpServerRequest request, String name, String queue, JsonObject body) {
        boolean put = request.method().name().equals("PUT");
        if (queue == null && request.method().name().equals("GET")) {
            broker.topic(name);
            answer(request, 200, new JsonObject().put("name", name));
            return;
        }
        if (queue == null && put) {
            broker.topics.subscriptions.computeIfAbsent(name, absent -> new ConcurrentHashMap<>());
            broker.topics.retentions.put(name, body.getString("retention", ""));
        } else if (put) {
            broker.createQueue(queue);
            broker.topic(name).put(queue, body.getString("filter", ""));
        } else if (queue == null) {
            broker.topic(name);
            broker.topics.subscriptions.remove(name);
            broker.endStreams(ProblemCode.TOPIC_NOT_FOUND, name);
        } else if (broker.topic(name).remove(queue) == null) {
            throw new Refusal(ProblemCode.SUBSCRIPTION_NOT_FOUND);
        }
        if (put) {
            answer(request, 200, body);
        } else {
            request.response().setStatusCode(204).end();
        }
    }

    private void queue(HttpServerRequest request, String name, JsonObject body) {
        switch (request.method().name()) {
            case "PUT" -> {
                broker.createQueue(name);
                broker.queue(name).settings(body);
                answer(request, 200, broker.queue(name).document());
            }
            case "DELETE" -> {
                broker.queue(name);
                broker.queues.remove(name);
                request.response().setStatusCode(204).end();
            }
            default -> answer(request, 200, broker.queue(name).document());
        }
    }

    private void peek(HttpServerRequest request, BrokerQueue queue) {
        JsonArray messages = new JsonArray();
        for (StoredMessage message : queue.peek(request.getParam("state"))) {
            messages.add(message.delivered(queue.name).putNull("receipt"));
        }
        answer(request, 200, new JsonObject().put("messages", messages).putNull("next"));
    }

    private void receive(HttpServerRequest request, BrokerQueue queue, JsonObject body, long since) {
        JsonArray messages = new JsonArray();
        while (messages.size() < body.getInteger("max")) {
            StoredMessage message = queue.take("receive", body.getString("lease"));
            if (message == null) {
                break;
            }
            messages.add(message.delivered(queue.name));
        }
        long waited = (System.nanoTime() - since) / 1_000_000;
        if (messages.isEmpty()
                && waited < TextDuration.parse("wait", body.getString("wait")).millis()) {
            broker.vertx.setTimer(POLL_MILLIS, ignored -> receive(request, queue, body, since));
        } else {
            answer(request, 200, new JsonObject().put("messages", messages));
        }
    }

    private void redrive(HttpServerRequest request, BrokerQueue queue, JsonObject body) {
        JsonArray ids = body.getJsonArray("ids");
        List<String> chosen =
                ids == null ? null : ids.stream().map(Object::toString).toList();
        answer(request, 200, new JsonObject().put("redriven", queue.redrive(chosen)));
        broker.dispatch();
    }

    private void settle(HttpServerRequest request, BrokerQueue queue, String act, JsonObject body) {
        JsonArray failed = new JsonArray();
        JsonArray receipts = body.getJsonArray("receipts");
        for (int i = 0; i < receipts.size(); i++) {
            if (!queue.settle(act, receipts.getString(i), body)) {
                failed.add(
                        new JsonObject().put("receipt", receipts.getString(i)).put("code", "receipt-expired"));
            }
        }
        answer(
                request,
                200,
                new JsonObject().put("settled", receipts.size() - failed.size()).put("failed", failed));
    }

    private static void refuse(HttpServerRequest request, Refusal refusal) {
        answer(request, refusal.code.status(), refusal.document());
    }

    private static void answer(HttpServerRequest request, int status, JsonObject document) {
        Future<Void> sent = request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", status < 400 ? "application/json" : "application/problem+json")
                .end(document.encode());
        sent.onFailure(failure -> {});
    }
}
