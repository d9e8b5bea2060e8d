package dev.postrider.sample.signup.web;

import dev.postrider.sample.signup.journey.Journeys;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;

/**
 * Journeys as they happen, as server-sent events. Each event carries all that there is to show, so a browser that
 * connects late or again has missed nothing.
 */
@Path("/journeys")
@Produces(MediaType.SERVER_SENT_EVENTS)
class JourneyStream {
    private final Journeys journeys;
    private final JourneyBook book;

    JourneyStream(Journeys journeys, JourneyBook book) {
        this.journeys = journeys;
        this.book = book;
    }

    /** {@code event: journey}, {@code data: {"state": …, "label": …, "headline": …, "html": the timeline}}. */
    @GET
    @Path("{id}/events")
    public Multi<OutboundSseEvent> one(@RestPath UUID id, @Context Sse sse) {
        Multi<UUID> changes = LiveEvents.startingNow(journeys.changes(id), id);
        return LiveEvents.alive(changes.onItem().transformToUniAndConcatenate(this::journey), "journey", sse);
    }

    /** {@code event: journeys}, {@code data: {"html": the rows}}. */
    @GET
    @Path("events")
    public Multi<OutboundSseEvent> all(@Context Sse sse) {
        Multi<UUID> changes = LiveEvents.startingNow(journeys.changes(), new UUID(0, 0));
        return LiveEvents.alive(changes.onItem().transformToUniAndConcatenate(ignored -> rows()), "journeys", sse);
    }

    private Uni<JsonObject> journey(UUID id) {
        return book.find(id).onItem().ifNotNull().transformToUni(view -> {
            JsonObject data = new JsonObject()
                    .put("state", view.state().code())
                    .put("label", view.state().label())
                    .put("headline", view.headline())
                    .put("answeredMillis", view.answeredMillis());
            return LiveEvents.withHtml(data, Pages.journey$timeline(view));
        });
    }

    private Uni<JsonObject> rows() {
        return book.latest().chain(views -> LiveEvents.withHtml(new JsonObject(), Pages.journeys$rows(views)));
    }
}
