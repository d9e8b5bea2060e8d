package dev.postrider.sample.signup.web;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** A person's page, which shows where the mail is, and the list of all of them. */
@Path("/journeys")
@Produces(MediaType.TEXT_HTML)
class JourneyPage {
    private final JourneyBook book;
    private final PageFrame frame;

    JourneyPage(JourneyBook book, PageFrame frame) {
        this.book = book;
        this.frame = frame;
    }

    @GET
    public Uni<RestResponse<String>> latest() {
        return book.latest().chain(journeys -> frame.page(Pages.journeys(journeys), "/journeys"));
    }

    @GET
    @Path("{id}")
    public Uni<RestResponse<String>> one(@RestPath UUID id) {
        return book.find(id)
                .chain(journey -> journey == null
                        ? frame.message(404, "No such sign-up", "There is no sign-up at this address.")
                        : frame.page(Pages.journey(journey), "/journeys/" + id));
    }
}
