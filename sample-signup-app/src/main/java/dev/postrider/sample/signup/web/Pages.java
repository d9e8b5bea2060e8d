package dev.postrider.sample.signup.web;

import dev.postrider.sample.signup.mail.InboxMail;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

/** The templates. */
@CheckedTemplate(basePath = "")
final class Pages {
    private Pages() {}

    static native TemplateInstance signup(SignupView form);

    static native TemplateInstance journey(JourneyView journey);

    static native TemplateInstance journey$timeline(JourneyView journey);

    static native TemplateInstance journeys(List<JourneyView> journeys);

    static native TemplateInstance journeys$rows(List<JourneyView> journeys);

    static native TemplateInstance activation(ActivationView activation);

    static native TemplateInstance inbox(List<InboxMail> mails);

    static native TemplateInstance mail(InboxMail mail);

    static native TemplateInstance message(String title, String text);

    static native TemplateInstance deadletters(ControlsView controls);

    static native TemplateInstance purchase(PurchaseFormView form);

    static native TemplateInstance purchased(PurchaseView purchase);

    static native TemplateInstance purchased$copies(PurchaseView purchase);
}
