package dev.postrider.sample.signup.web;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.WebApplicationException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns failures into pages that say what to do, and nothing about the inside. */
@ApplicationScoped
class Failures {
    private static final Logger LOG = Logger.getLogger(Failures.class);
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;

    private final PageFrame frame;

    Failures(PageFrame frame) {
        this.frame = frame;
    }

    @ServerExceptionMapper
    public Uni<RestResponse<String>> refused(WebApplicationException refusal) {
        int status = refusal.getResponse().getStatus();
        return status == NOT_FOUND
                ? frame.message(status, "Page not found", "There is nothing at this address.")
                : frame.message(
                        status, "That did not work", "The request was not understood. Please use our own pages.");
    }

    @ServerExceptionMapper
    public Uni<RestResponse<String>> failed(RuntimeException failure) {
        LOG.error("A request failed", failure);
        return frame.message(
                UNAVAILABLE,
                "Sorry, that did not work",
                "Something on our side is out of order. Please try again in a moment.");
    }
}
