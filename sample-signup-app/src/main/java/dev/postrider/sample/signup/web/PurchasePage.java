package dev.postrider.sample.signup.web;

import dev.postrider.sample.signup.checkout.Checkout;
import dev.postrider.sample.signup.checkout.PurchaseForm;
import io.smallrye.mutiny.Uni;
import jakarta.validation.Validator;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.Map;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.Cancellable;

/** The form to buy with, and what it posts to. */
@Path("/purchase")
class PurchasePage {
    private static final String FORM = "/purchase";

    private final Checkout checkout;
    private final Validator validator;
    private final PageFrame frame;

    PurchasePage(Checkout checkout, Validator validator, PageFrame frame) {
        this.checkout = checkout;
        this.validator = validator;
        this.frame = frame;
    }

    @GET
    @Produces(MediaType.TEXT_HTML)
    public Uni<RestResponse<String>> form() {
        return frame.page(Pages.purchase(PurchaseFormView.empty()), FORM);
    }

    // Not cancellable: somebody who closes the tab has bought all the same.
    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Produces(MediaType.TEXT_HTML)
    @Cancellable(false)
    public Uni<RestResponse<String>> buy(@RestForm String name, @RestForm String email, @RestForm String article) {
        PurchaseForm form = new PurchaseForm(name, email, article);
        Map<String, String> problems = form.problems(validator);
        if (!problems.isEmpty()) {
            return frame.page(422, Pages.purchase(new PurchaseFormView(form, problems)), FORM);
        }
        return checkout.buy(form).map(id -> RestResponse.seeOther(URI.create("/purchases/" + id)));
    }
}
