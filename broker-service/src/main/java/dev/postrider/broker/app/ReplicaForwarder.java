package dev.postrider.broker.app;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.SettleService;
import dev.postrider.broker.dispatch.Settler;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.TextDuration;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Carries settling calls to the replica that holds the receipts, through the same API that clients use. */
final class ReplicaForwarder implements SettleService.Forwarder {
    private static final int TIMEOUT_MILLIS = 10_000;

    private final HttpClient client;

    ReplicaForwarder(Vertx vertx) {
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout(2_000)
                .setMaxPoolSize(8)
                .setMaxWaitQueueSize(1_000));
    }

    @Override
    public Future<Settler.Settled> forward(String address, SettleService.Request request, List<String> receipts) {
        int colon = address.lastIndexOf(':');
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(address.substring(0, colon).replaceAll("[\\[\\]]", ""))
                .setPort(Integer.parseInt(address.substring(colon + 1)))
                .setURI("/v1/queues/" + request.queue() + "/" + request.call())
                .setTimeout(TIMEOUT_MILLIS)
                .putHeader("Content-Type", "application/json");
        return client.request(options)
                .compose(call -> call.send(body(request, receipts).toBuffer()))
                .compose(response -> response.body().map(body -> read(response.statusCode(), body)));
    }

    private static JsonObject body(SettleService.Request request, List<String> receipts) {
        JsonObject body = new JsonObject().put("receipts", new JsonArray(new ArrayList<>(receipts)));
        if ("nack".equals(request.call()) && request.millis() >= 0) {
            body.put("delay", TextDuration.format(request.millis()));
        }
        if ("extend".equals(request.call())) {
            body.put("lease", TextDuration.format(request.millis()));
        }
        if (request.reason() != null) {
            body.put("reason", request.reason());
        }
        return body;
    }

    private static Settler.Settled read(int status, Buffer body) {
        if (status != 200) {
            throw new BrokerException(
                    ProblemCode.UNAVAILABLE, "The replica that holds the message answered with status " + status);
        }
        JsonObject answer = body.toJsonObject();
        List<Settler.Failed> failed = new ArrayList<>();
        for (Object item : answer.getJsonArray("failed")) {
            JsonObject one = (JsonObject) item;
            failed.add(new Settler.Failed(
                    one.getString("receipt"),
                    ProblemCode.ofCode(one.getString("code")).orElse(ProblemCode.RECEIPT_EXPIRED)));
        }
        return new Settler.Settled(answer.getInteger("settled"), failed);
    }
}
