package dev.postrider.sample.signup.web;

import dev.postrider.sample.signup.account.Accounts;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Where the link in the mail leads. */
@Path("/activate/{token}")
@Produces(MediaType.TEXT_HTML)
class ActivationPage {
    private final Accounts accounts;
    private final PageFrame frame;

    ActivationPage(Accounts accounts, PageFrame frame) {
        this.accounts = accounts;
        this.frame = frame;
    }

    @GET
    @Cancellable(false)
    public Uni<RestResponse<String>> follow(@RestPath String token) {
        return accounts.activate(token)
                .map(ActivationView::new)
                .chain(view -> frame.page(view.status(), Pages.activation(view), "/"));
    }

    // Without this a HEAD would run the GET, and a link checker would activate the account.
    @HEAD
    public RestResponse<Void> look(@RestPath String token) {
        return RestResponse.ok();
    }
}
