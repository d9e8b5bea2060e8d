package dev.postrider.sample.signup.web;

import dev.postrider.sample.signup.purchase.Purchases;
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

/** The copies of a purchase as they move, as server-sent events of the same form as those of {@link JourneyStream}. */
@Path("/purchases")
@Produces(MediaType.SERVER_SENT_EVENTS)
class PurchaseStream {
    private final Purchases purchases;
    private final PurchaseBook book;

    PurchaseStream(Purchases purchases, PurchaseBook book) {
        this.purchases = purchases;
        this.book = book;
    }

    /** {@code event: journey}, {@code data: {"state": …, "label": …, "headline": …, "html": the copies}}. */
    @GET
    @Path("{id}/events")
    public Multi<OutboundSseEvent> one(@RestPath UUID id, @Context Sse sse) {
        Multi<UUID> changes = LiveEvents.startingNow(purchases.changes(id), id);
        return LiveEvents.alive(changes.onItem().transformToUniAndConcatenate(this::purchase), "journey", sse);
    }

    private Uni<JsonObject> purchase(UUID id) {
        return book.find(id).onItem().ifNotNull().transformToUni(view -> {
            JsonObject data = new JsonObject()
                    .put("state", view.state())
                    .put("label", view.label())
                    .put("headline", view.headline());
            return LiveEvents.withHtml(data, Pages.purchased$copies(view));
        });
    }
}
