package dev.postrider.sample.signup.web;

import dev.postrider.sample.signup.registration.SignupForm;
import dev.postrider.sample.signup.registration.Signups;
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

/** The form, and what it posts to. */
@Path("/")
class SignupPage {
    private final Signups signups;
    private final Validator validator;
    private final PageFrame frame;

    SignupPage(Signups signups, Validator validator, PageFrame frame) {
        this.signups = signups;
        this.validator = validator;
        this.frame = frame;
    }

    @GET
    @Produces(MediaType.TEXT_HTML)
    public Uni<RestResponse<String>> form() {
        return frame.page(Pages.signup(SignupView.empty()), "/");
    }

    // Not cancellable: somebody who closes the tab has signed up all the same.
    @POST
    @Path("signup")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Produces(MediaType.TEXT_HTML)
    @Cancellable(false)
    public Uni<RestResponse<String>> signUp(@RestForm String name, @RestForm String email, @RestForm String password) {
        SignupForm form = new SignupForm(name, email, password);
        Map<String, String> problems = form.problems(validator);
        if (!problems.isEmpty()) {
            SignupView view = new SignupView(form.name(), form.email(), problems);
            return frame.page(422, Pages.signup(view), "/");
        }
        return signups.signUp(form).map(id -> RestResponse.seeOther(URI.create("/journeys/" + id)));
    }
}
