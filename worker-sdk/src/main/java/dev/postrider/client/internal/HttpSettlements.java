package dev.postrider.client.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.client.PostriderException;
import dev.postrider.client.internal.session.EventLoop;
import dev.postrider.client.internal.session.PendingSettle;
import dev.postrider.client.internal.session.SettlementBatcher;
import dev.postrider.client.internal.session.Settler;
import dev.postrider.client.internal.wire.JsonBodies;
import dev.postrider.client.internal.wire.SettleCommand;
import dev.postrider.protocol.ProblemCode;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Settles what a long poll brought, by HTTP calls that may reach any replica. */
final class HttpSettlements {
    private final HttpCalls http;
    private final EventLoop loop;
    private final SettlementBatcher batcher;

    HttpSettlements(HttpCalls http, EventLoop loop) {
        this.http = http;
        this.loop = loop;
        this.batcher = new SettlementBatcher(loop, this::send);
    }

    /** The way for messages of that queue. */
    Settler of(String queue) {
        return (command, receipt) -> Uni.createFrom().emitter(waiting -> {
            PendingSettle pending = new PendingSettle(command.of(queue), receipt, null, waiting);
            loop.execute(() -> batcher.add(pending));
        });
    }

    /** The way for messages that were only looked at. */
    static Uni<Void> notOurs(SettleCommand command, String receipt) {
        return Uni.createFrom()
                .failure(() -> PostriderException.of(
                        ProblemCode.INVALID_RECEIPT, "A message that was only looked at cannot be settled"));
    }

    private void send(SettleCommand command, List<PendingSettle> batch) {
        List<String> receipts = batch.stream().map(PendingSettle::receipt).toList();
        String path = "/v1/queues/" + command.queue() + "/" + command.kind().path();
        http.text(HttpMethod.POST, path, JsonBodies.settle(command, receipts))
                .map(http::read)
                .subscribe()
                .with(
                        answer -> PendingSettle.settled(batch, failed(answer)),
                        failure -> PendingSettle.failed(batch, failure));
    }

    private static Map<String, String> failed(JsonNode answer) {
        Map<String, String> failed = new HashMap<>();
        for (JsonNode entry : answer.path("failed")) {
            failed.put(entry.path("receipt").asText(), entry.path("code").asText());
        }
        return failed;
    }
}
