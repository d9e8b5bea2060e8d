package dev.postrider.sample.signup.queue;

import dev.postrider.sample.signup.SignupSettings;
import dev.postrider.sample.signup.account.Account;
import dev.postrider.sample.signup.account.Accounts;
import dev.postrider.sample.signup.journey.Journey;
import dev.postrider.sample.signup.journey.JourneyEvent;
import dev.postrider.sample.signup.journey.JourneyFact;
import dev.postrider.sample.signup.journey.Journeys;
import dev.postrider.sample.signup.mail.ActivationMailer;
import dev.postrider.sample.signup.mail.MailFailure;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * What a worker does with a message: sends the mail and records how it went. A message may come more than once; one
 * whose mail is known to be out does nothing.
 */
@ApplicationScoped
public class ActivationMailHandler {
    private final Accounts accounts;
    private final Journeys journeys;
    private final ActivationMailer mailer;
    private final Clock clock;
    private final RetryPlan plan;
    private final Duration timeout;

    ActivationMailHandler(
            Accounts accounts, Journeys journeys, ActivationMailer mailer, SignupSettings settings, Clock clock) {
        this.accounts = accounts;
        this.journeys = journeys;
        this.mailer = mailer;
        this.clock = clock;
        this.plan = RetryPlan.of(settings.queue());
        this.timeout = settings.smtp().workerTimeout();
    }

    /**
     * Handles one handing-out of a message.
     *
     * @param attempt which one, from 1
     * @return fails with {@link MailFailure} if the mail could not be sent, after that has been recorded, and with
     *     {@link UnknownAccountException} if there is nobody to mail
     */
    public Uni<Void> handle(ActivationMail mail, int attempt) {
        UUID id = mail.accountId();
        return accounts.find(id)
                .onItem()
                .ifNull()
                .failWith(() -> new UnknownAccountException(id))
                .chain(account -> journeys.of(id)
                        .chain(events -> Journey.of(events).isMailOut()
                                ? Uni.createFrom().voidItem()
                                : send(account, attempt)));
    }

    private Uni<Void> send(Account account, int attempt) {
        Instant startedAt = clock.instant();
        return journeys.append(event(account, JourneyFact.ATTEMPTED, attempt))
                .chain(() -> mailer.send(account, timeout))
                .onFailure(MailFailure.class)
                .call(failure -> journeys.append(failed(account, attempt, failure)))
                .chain(() -> journeys.append(event(account, JourneyFact.SENT, attempt)
                        .withTook(Duration.between(startedAt, clock.instant()))));
    }

    private JourneyEvent failed(Account account, int attempt, MailFailure failure) {
        return plan.delayAfter(attempt)
                .filter(delay -> !failure.isPermanent())
                .map(delay -> event(account, JourneyFact.RETRYING, attempt)
                        .withNextAttemptAt(clock.instant().plus(delay)))
                .orElseGet(() -> event(account, JourneyFact.DEAD_LETTERED, attempt))
                .withDetail(failure.getMessage());
    }

    private JourneyEvent event(Account account, JourneyFact fact, int attempt) {
        return journeys.happened(account.id(), fact).withAttempt(attempt);
    }
}
