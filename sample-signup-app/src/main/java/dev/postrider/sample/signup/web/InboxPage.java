package dev.postrider.sample.signup.web;

import dev.postrider.sample.signup.mail.Inbox;
import dev.postrider.sample.signup.mail.InboxMail;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** The inbox of the mail server inside. */
@Path("/inbox")
@Produces(MediaType.TEXT_HTML)
@Blocking
class InboxPage {
    // The mail is shown as its own document in a sandboxed frame: no script, nothing loaded, no form.
    private static final String MAIL_POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self';"
                    + " sandbox allow-top-navigation-by-user-activation";

    private final Inbox inbox;
    private final Controls controls;
    private final PageFrame frame;

    InboxPage(Inbox inbox, Controls controls, PageFrame frame) {
        this.inbox = inbox;
        this.controls = controls;
        this.frame = frame;
    }

    @GET
    public Uni<RestResponse<String>> latest() {
        return controls.view().isInbox() ? frame.page(Pages.inbox(inbox.latest()), "/inbox") : absent();
    }

    @GET
    @Path("{id}")
    public Uni<RestResponse<String>> mail(@RestPath UUID id) {
        return find(id).map(mail -> frame.page(Pages.mail(mail), "/inbox/" + id))
                .orElseGet(this::absent);
    }

    @GET
    @Path("{id}/content")
    public Uni<RestResponse<String>> content(@RestPath UUID id) {
        return find(id).map(InboxPage::framed)
                .map(response -> Uni.createFrom().item(response))
                .orElseGet(this::absent);
    }

    private Optional<InboxMail> find(UUID id) {
        return controls.view().isInbox() ? inbox.find(id) : Optional.empty();
    }

    private static RestResponse<String> framed(InboxMail mail) {
        return RestResponse.ResponseBuilder.ok("<base target=\"_top\">" + mail.html())
                .type(MediaType.TEXT_HTML_TYPE.withCharset("utf-8"))
                .header("Content-Security-Policy", MAIL_POLICY)
                .header("Cache-Control", "no-store")
                .build();
    }

    private Uni<RestResponse<String>> absent() {
        return frame.message(404, "Nothing here", "The inbox shows mails of the mail server inside, while it runs.");
    }
}
