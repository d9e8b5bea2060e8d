package dev.postrider.broker.management;

import dev.postrider.broker.dispatch.Queues;
import dev.postrider.broker.dispatch.Queues.QueueState;
import dev.postrider.broker.transport.RequestBody;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Creates, shows, changes and deletes queues. A caller that goes away does not stop what it has begun. */
@Singleton
@Path("/v1/queues")
@Cancellable(false)
public final class QueueResource {
    private final Queues queues;

    QueueResource(Queues queues) {
        this.queues = queues;
    }

    @GET
    public Uni<Response> list(@RestQuery String prefix, @RestQuery String after, @RestQuery String limit) {
        int count = QueryValues.limit(limit);
        String beginning = prefix == null ? "" : QueryValues.partOfName("prefix", prefix);
        // One more than asked for tells whether there is a next page.
        return Answers.of(
                queues.list(beginning, QueryValues.partOfName("after", after), count + 1), found -> page(found, count));
    }

    @PUT
    @Path("{queue}")
    public Uni<Response> put(@RestPath String queue, @Context RoutingContext routing) {
        return Answers.of(
                queues.put(queue, SettingsJson.read(queue, RequestBody.of(routing))),
                put -> Answers.json(put.created() ? 201 : 200, out -> QueueJson.write(out, put.queue())));
    }

    @GET
    @Path("{queue}")
    public Uni<Response> get(@RestPath String queue) {
        return Answers.of(queues.get(queue), QueueResource::shown);
    }

    @DELETE
    @Path("{queue}")
    public Uni<Response> delete(@RestPath String queue, @RestQuery String ifEmpty) {
        return Answers.of(queues.delete(queue, QueryValues.flag("ifEmpty", ifEmpty)), deleted -> Answers.noContent());
    }

    @POST
    @Path("{queue}/purge")
    public Uni<Response> purge(@RestPath String queue) {
        return Answers.of(queues.purge(queue), purged -> counted("purged", purged));
    }

    @POST
    @Path("{queue}/pause")
    public Uni<Response> pause(@RestPath String queue) {
        return Answers.of(queues.pause(queue, true), QueueResource::shown);
    }

    @POST
    @Path("{queue}/resume")
    public Uni<Response> resume(@RestPath String queue) {
        return Answers.of(queues.pause(queue, false), QueueResource::shown);
    }

    private static Response shown(QueueState queue) {
        return Answers.json(200, out -> QueueJson.write(out, queue));
    }

    static Response counted(String what, long count) {
        return Answers.json(200, out -> {
            out.writeStartObject();
            out.writeNumberField(what, count);
            out.writeEndObject();
        });
    }

    private static Response page(List<QueueState> found, int count) {
        List<QueueState> shown = found.subList(0, Math.min(count, found.size()));
        String next = found.size() > count ? shown.get(count - 1).definition().name() : null;
        return Answers.json(200, out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("queues");
            for (QueueState queue : shown) {
                QueueJson.write(out, queue);
            }
            out.writeEndArray();
            out.writeStringField("next", next);
            out.writeEndObject();
        });
    }
}
