package dev.postrider.sample.signup.web;

import dev.postrider.sample.signup.mail.LocalMailServer;
import dev.postrider.sample.signup.mail.MailServerMode;
import dev.postrider.sample.signup.purchase.Department;
import dev.postrider.sample.signup.queue.DeadLetters;
import dev.postrider.sample.signup.queue.Departments;
import dev.postrider.sample.signup.queue.QueueSwitch;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.List;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestResponse;

/** The demonstration's switches. Posts answer with a redirect to where they came from. */
@Path("/demo")
class ControlPanel {
    private final Controls controls;
    private final LocalMailServer mailServer;
    private final QueueSwitch queueSwitch;
    private final DeadLetters deadLetters;
    private final Departments departments;

    ControlPanel(
            Controls controls,
            LocalMailServer mailServer,
            QueueSwitch queueSwitch,
            DeadLetters deadLetters,
            Departments departments) {
        this.controls = controls;
        this.mailServer = mailServer;
        this.queueSwitch = queueSwitch;
        this.deadLetters = deadLetters;
        this.departments = departments;
    }

    @GET
    @Path("status")
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<String> status() {
        ControlsView view = view();
        JsonObject queue = new JsonObject()
                .put("on", view.queueOn())
                .put("connected", view.queue().connected())
                .put("outbox", view.queue().outbox())
                .put("ready", view.queue().figures().ready())
                .put("inFlight", view.queue().figures().inFlight())
                .put("scheduled", view.queue().figures().scheduled())
                .put("deadLettered", view.queue().figures().deadLettered());
        return Pages.deadletters(view).createUni().map(html -> new JsonObject()
                .put("mailServer", view.mailServer())
                .put("summary", view.summary())
                .put("purchaseSummary", view.purchaseSummary())
                .put("departments", departments(view))
                .put("queue", queue)
                .put("deadLettersHtml", html)
                .encode());
    }

    @POST
    @Path("mail-server")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Blocking
    public RestResponse<Void> mailServer(@RestForm String mode, @RestForm String back) {
        if (!view().isLocalMailServer()) {
            throw new NotFoundException();
        }
        mailServer.switchTo(MailServerMode.of(mode).orElseThrow(BadRequestException::new));
        return goBack(back);
    }

    @POST
    @Path("queue")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public RestResponse<Void> queue(@RestForm String state, @RestForm String back) {
        view();
        queueSwitch.turn(isOn(state));
        return goBack(back);
    }

    @POST
    @Path("redrive")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Uni<RestResponse<Void>> redrive(@RestForm String back) {
        view();
        return deadLetters.redriveAll().replaceWith(() -> goBack(back));
    }

    @POST
    @Path("worker")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Uni<RestResponse<Void>> worker(@RestForm String department, @RestForm String state, @RestForm String back) {
        view();
        Department chosen = Department.of(department).orElseThrow(BadRequestException::new);
        return departments.turn(chosen, isOn(state)).replaceWith(() -> goBack(back));
    }

    private static JsonObject departments(ControlsView view) {
        JsonObject all = new JsonObject();
        view.departments()
                .forEach(status -> all.put(
                        status.department().queue(),
                        new JsonObject()
                                .put("on", status.on())
                                .put("waiting", status.waiting())
                                .put("deadLettered", status.deadLettered())));
        return all;
    }

    private static boolean isOn(String state) {
        if (!List.of("on", "off").contains(String.valueOf(state))) {
            throw new BadRequestException();
        }
        return "on".equals(state);
    }

    private ControlsView view() {
        ControlsView view = controls.view();
        if (!view.demo()) {
            throw new NotFoundException();
        }
        return view;
    }

    // Only ever to a page of this application, whatever was posted.
    private static RestResponse<Void> goBack(String path) {
        boolean own = path != null && path.matches("/[A-Za-z0-9/-]*") && !path.startsWith("//");
        return RestResponse.seeOther(URI.create(own ? path : "/"));
    }
}
