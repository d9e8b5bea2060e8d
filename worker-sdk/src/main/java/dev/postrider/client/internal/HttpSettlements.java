package dev.postrider.client.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.client.PostriderException;
import dev.postrider.client.internal.session.EventLoop;
import dev.postrider.client.internal.session.PendingSettle;
import dev.postrider.client.internal.session.SettlementBatcher;
import dev.postrider.client.internal.session.Settler;
import dev.postrider.client.internal.wire.JsonBodies;
import dev.postrider.client.internal.wire.JsonTransport;
import dev.postrider.client.internal.wire.SettleCommand;
import dev.postrider.client.internal.wire.SettleFailures;
import dev.postrider.client.internal.wire.WireMessage;
import dev.postrider.protocol.ProblemCode;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Settles what a long poll brought, by HTTP calls that may reach any replica. */
final class HttpSettlements {
    private static final long REPEAT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final HttpCalls http;
    private final EventLoop loop;
    private final SettlementBatcher batcher;

    HttpSettlements(HttpCalls http, EventLoop loop) {
        this.http = http;
        this.loop = loop;
        this.batcher = new SettlementBatcher(loop, JsonTransport.SETTLE_MAX, this::send);
    }

    /** The way for messages of that queue. */
    Settler of(String queue) {
        return (command, message) -> Uni.createFrom().emitter(waiting -> {
            long deadline = System.nanoTime() + REPEAT_NANOS;
            PendingSettle pending = new PendingSettle(command.of(queue), message, deadline, false, waiting);
            loop.execute(() -> batcher.add(pending));
        });
    }

    /** The way for messages that were only looked at. */
    static Uni<Void> notOurs(SettleCommand command, WireMessage message) {
        return Uni.createFrom()
                .failure(() -> PostriderException.of(
                        ProblemCode.INVALID_RECEIPT, "A message that was only looked at cannot be settled"));
    }

    private void send(SettleCommand command, List<PendingSettle> batch) {
        List<String> receipts =
                batch.stream().map(pending -> pending.message().receipt()).toList();
        String path = "/v1/queues/" + command.queue() + "/" + command.kind().path();
        http.text(HttpMethod.POST, path, JsonBodies.settle(command, receipts))
                .map(http::read)
                .subscribe()
                .with(
                        answer -> PendingSettle.settled(batch, failed(answer)),
                        failure -> failed(command, batch, failure));
    }

    /** Nobody knows what became of it, and settling twice does no harm: another broker is asked. */
    private void failed(SettleCommand command, List<PendingSettle> batch, Throwable failure) {
        boolean unknown = failure instanceof PostriderException problem && problem.is(ProblemCode.UNAVAILABLE);
        boolean late = System.nanoTime() - batch.get(0).deadlineNanos() >= 0;
        if (!unknown || late || batch.get(0).repeated()) {
            PendingSettle.failed(batch, failure);
        } else {
            send(command, batch.stream().map(PendingSettle::again).toList());
        }
    }

    private static SettleFailures failed(JsonNode answer) {
        Map<String, String> failed = new HashMap<>();
        for (JsonNode entry : answer.path("failed")) {
            failed.put(entry.path("receipt").asText(), entry.path("code").asText());
        }
        return (position, message) -> failed.get(message.receipt());
    }
}
