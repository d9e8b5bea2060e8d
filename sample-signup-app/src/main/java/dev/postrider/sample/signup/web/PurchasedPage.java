package dev.postrider.sample.signup.web;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** The page of a purchase: its confirmation, and where its copies are. */
@Path("/purchases")
@Produces(MediaType.TEXT_HTML)
class PurchasedPage {
    private final PurchaseBook book;
    private final PageFrame frame;

    PurchasedPage(PurchaseBook book, PageFrame frame) {
        this.book = book;
        this.frame = frame;
    }

    @GET
    @Path("{id}")
    public Uni<RestResponse<String>> one(@RestPath UUID id) {
        return book.find(id)
                .chain(purchase -> purchase == null
                        ? frame.message(404, "No such purchase", "There is no purchase at this address.")
                        : frame.page(Pages.purchased(purchase), "/purchases/" + id));
    }
}
