package dev.postrider.sample.signup.mail;

import dev.postrider.sample.signup.SignupSettings;
import dev.postrider.sample.signup.purchase.Purchase;
import io.quarkus.mailer.Mail;
import io.quarkus.mailer.reactive.ReactiveMailer;
import io.quarkus.qute.Engine;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Writes receipts and hands them to the mail server. */
@ApplicationScoped
public class ReceiptMailer {
    private final ReactiveMailer mailer;
    private final Engine templates;
    private final String publicUrl;
    private final Duration timeout;

    ReceiptMailer(ReactiveMailer mailer, Engine templates, SignupSettings settings) {
        this.mailer = mailer;
        this.templates = templates;
        this.publicUrl = settings.publicUrl();
        this.timeout = settings.smtp().workerTimeout();
    }

    /** Sends the receipt; fails with {@link MailFailure} if the mail server did not take it. */
    public Uni<Void> send(Purchase purchase) {
        Mail mail = Mail.withText(purchase.email(), "Your receipt", render(".txt", purchase))
                .setHtml(render(".html", purchase));
        return mailer.send(mail)
                .ifNoItem()
                .after(timeout)
                .fail()
                .onFailure()
                .transform(cause -> MailFailure.of(cause, timeout));
    }

    private String render(String suffix, Purchase purchase) {
        return templates
                .getTemplate("mail/receipt" + suffix)
                .data("name", purchase.buyerName())
                .data("article", purchase.article().title())
                .data("link", publicUrl + "/purchases/" + purchase.id())
                .render();
    }
}
