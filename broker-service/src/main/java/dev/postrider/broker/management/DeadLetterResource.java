package dev.postrider.broker.management;

import dev.postrider.broker.dispatch.Queues;
import dev.postrider.broker.dispatch.Queues.DeadLetters;
import dev.postrider.broker.store.DeadLetterStore.DeadLetter;
import dev.postrider.broker.transport.RequestBody;
import dev.postrider.protocol.MessageIds;
import dev.postrider.protocol.ProtocolException;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.Set;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Shows, redrives and drops dead letters. */
@Singleton
@Path("/v1/queues/{queue}/dead-letters")
@Cancellable(false)
public final class DeadLetterResource {
    private static final Set<String> REASONS = Set.of("max-attempts", "expired", "rejected");

    private final Queues queues;

    DeadLetterResource(Queues queues) {
        this.queues = queues;
    }

    @GET
    public Uni<Response> list(
            @RestPath String queue, @RestQuery String reason, @RestQuery String after, @RestQuery String limit) {
        if (reason != null && !REASONS.contains(reason)) {
            throw ProtocolException.invalid("'reason' must be max-attempts, expired or rejected");
        }
        return Answers.of(
                queues.deadLetters(queue, reason, after, QueryValues.limit(limit)), found -> page(queue, found));
    }

    @POST
    @Path("redrive")
    public Uni<Response> redrive(@RestPath String queue, @Context RoutingContext routing) {
        RedriveJson wanted = RedriveJson.read(RequestBody.of(routing));
        return Answers.of(
                queues.redrive(queue, wanted.ids(), wanted.to()),
                redriven -> QueueResource.counted("redriven", redriven));
    }

    @DELETE
    public Uni<Response> dropAll(@RestPath String queue) {
        return Answers.of(queues.dropDeadLetters(queue, null), dropped -> Answers.noContent());
    }

    @DELETE
    @Path("{id:.+}")
    public Uni<Response> drop(@RestPath String queue, @RestPath String id) {
        return Answers.of(queues.dropDeadLetters(queue, MessageIds.check("id", id)), dropped -> Answers.noContent());
    }

    private static Response page(String queue, DeadLetters found) {
        return Answers.json(200, out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("deadLetters");
            for (DeadLetter letter : found.deadLetters()) {
                DeadLetterJson.write(out, queue, letter);
            }
            out.writeEndArray();
            out.writeStringField("next", found.next());
            out.writeEndObject();
        });
    }
}
