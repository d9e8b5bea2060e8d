package dev.postrider.broker.management;

import dev.postrider.broker.dispatch.Topics;
import dev.postrider.broker.transport.RequestBody;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Gives a queue again what its topics retain. A caller that goes away does not stop what it has begun. */
@Singleton
@Path("/v1/queues/{queue}/seek")
@Cancellable(false)
public final class SeekResource {
    private final Topics topics;

    SeekResource(Topics topics) {
        this.topics = topics;
    }

    @POST
    public Uni<Response> seek(@RestPath String queue, @Context RoutingContext routing) {
        return Answers.of(
                topics.seek(queue, TopicJson.readSeek(RequestBody.of(routing))),
                count -> QueueResource.counted("requeued", count));
    }
}
