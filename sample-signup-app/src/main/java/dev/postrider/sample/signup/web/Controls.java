package dev.postrider.sample.signup.web;

import dev.postrider.sample.signup.SignupSettings;
import dev.postrider.sample.signup.mail.LocalMailServer;
import dev.postrider.sample.signup.queue.Departments;
import dev.postrider.sample.signup.queue.QueueSwitch;
import dev.postrider.sample.signup.queue.QueueWatch;
import jakarta.enterprise.context.ApplicationScoped;

/** What the demonstration's controls stand at. */
@ApplicationScoped
class Controls {
    private final LocalMailServer mailServer;
    private final QueueSwitch queueSwitch;
    private final QueueWatch queueWatch;
    private final Departments departments;
    private final SignupSettings settings;

    Controls(
            LocalMailServer mailServer,
            QueueSwitch queueSwitch,
            QueueWatch queueWatch,
            Departments departments,
            SignupSettings settings) {
        this.mailServer = mailServer;
        this.queueSwitch = queueSwitch;
        this.queueWatch = queueWatch;
        this.departments = departments;
        this.settings = settings;
    }

    ControlsView view() {
        String mode = mailServer.isPresent() ? mailServer.mode().code() : "external";
        return new ControlsView(settings.demo(), mode, queueSwitch.isOn(), queueWatch.status(), departments.status());
    }
}
