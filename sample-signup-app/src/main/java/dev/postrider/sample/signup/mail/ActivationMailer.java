package dev.postrider.sample.signup.mail;

import dev.postrider.sample.signup.SignupSettings;
import dev.postrider.sample.signup.account.Account;
import dev.postrider.sample.signup.account.Accounts;
import dev.postrider.sample.signup.account.ActivationToken;
import io.quarkus.mailer.Mail;
import io.quarkus.mailer.reactive.ReactiveMailer;
import io.quarkus.qute.Engine;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/**
 * Writes the mail for a sign-up and hands it to the mail server. Which mail it is decides itself here and not at
 * sign-up, which therefore takes equally long whether the address is known or not: the owner of a known address is told
 * so by mail, and nobody else learns it.
 */
@ApplicationScoped
public class ActivationMailer {
    private final ReactiveMailer mailer;
    private final Accounts accounts;
    private final SignupSettings settings;
    private final Engine templates;

    ActivationMailer(ReactiveMailer mailer, Accounts accounts, SignupSettings settings, Engine templates) {
        this.mailer = mailer;
        this.accounts = accounts;
        this.settings = settings;
        this.templates = templates;
    }

    /**
     * Sends the mail that the account is due. May be called again after a failure, or by mistake: every mail has a link
     * of its own, and all of them work until one has been followed.
     *
     * @param timeout how long the mail server may take
     * @return fails with {@link MailFailure} if the mail server did not take the mail
     */
    public Uni<Void> send(Account account, Duration timeout) {
        return accounts.isAddressTaken(account)
                .chain(taken -> taken
                        ? Uni.createFrom().item(compose(Letter.KNOWN_ADDRESS, account, settings.publicUrl()))
                        : accounts.issueLink(account.id())
                                .map(token -> compose(Letter.ACTIVATION, account, link(token))))
                .chain(mail -> deliver(mail, timeout));
    }

    private Uni<Void> deliver(Mail mail, Duration timeout) {
        return mailer.send(mail)
                .ifNoItem()
                .after(timeout)
                .fail()
                .onFailure()
                .transform(cause -> MailFailure.of(cause, timeout));
    }

    private Mail compose(Letter letter, Account account, String link) {
        return Mail.withText(account.email(), letter.subject, render(letter, ".txt", account, link))
                .setHtml(render(letter, ".html", account, link));
    }

    private String render(Letter letter, String suffix, Account account, String link) {
        return templates
                .getTemplate("mail/" + letter.template + suffix)
                .data("name", account.displayName())
                .data("link", link)
                .data("hours", settings.linkLifetime().toHours())
                .render();
    }

    private String link(ActivationToken token) {
        return settings.publicUrl() + "/activate/" + token.text();
    }

    private enum Letter {
        ACTIVATION("Please confirm your e-mail address", "activation"),
        KNOWN_ADDRESS("You already have an account", "known-address");

        private final String subject;
        private final String template;

        Letter(String subject, String template) {
            this.subject = subject;
            this.template = template;
        }
    }
}
