package dev.postrider.sample.signup.registration;

import dev.postrider.outbox.OutboxRecord;
import dev.postrider.outbox.PanacheOutbox;
import dev.postrider.sample.signup.SignupSettings;
import dev.postrider.sample.signup.account.Account;
import dev.postrider.sample.signup.account.Accounts;
import dev.postrider.sample.signup.database.Sessions;
import dev.postrider.sample.signup.journey.JourneyEvent;
import dev.postrider.sample.signup.journey.JourneyFact;
import dev.postrider.sample.signup.journey.Journeys;
import dev.postrider.sample.signup.mail.ActivationMailer;
import dev.postrider.sample.signup.queue.ActivationMail;
import dev.postrider.sample.signup.queue.BrokerRelay;
import dev.postrider.sample.signup.queue.QueueSwitch;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Signs people up. With the queue on, account and mail order are stored in one transaction, and that is all the person
 * waits for: neither the broker nor the mail server need to be there. With the queue off, the person waits for the mail
 * server too, and its failure is final.
 */
@ApplicationScoped
public class Signups {
    private static final Logger LOG = Logger.getLogger(Signups.class);

    private final Accounts accounts;
    private final Journeys journeys;
    private final Sessions sessions;
    private final ActivationMailer mailer;
    private final QueueSwitch queueSwitch;
    private final BrokerRelay relay;
    private final SignupSettings settings;

    Signups(
            Accounts accounts,
            Journeys journeys,
            Sessions sessions,
            ActivationMailer mailer,
            QueueSwitch queueSwitch,
            BrokerRelay relay,
            SignupSettings settings) {
        this.accounts = accounts;
        this.journeys = journeys;
        this.sessions = sessions;
        this.mailer = mailer;
        this.queueSwitch = queueSwitch;
        this.relay = relay;
        this.settings = settings;
    }

    /** Signs up with a form that has no problems; emits the account's id. A known address makes no difference. */
    public Uni<UUID> signUp(SignupForm form) {
        Stopwatch total = new Stopwatch();
        return accounts.prepare(form.email(), form.name(), form.password()).chain(account -> {
            Duration hashing = total.elapsed();
            Uni<Void> stored = queueSwitch.isOn() ? store(account) : storeAndSend(account);
            return stored.invoke(() -> recordAnswer(account.id(), total.elapsed(), hashing))
                    .replaceWith(account.id());
        });
    }

    // The first sign-up would otherwise wait for classes to be loaded and statements to be prepared.
    void rehearse(@Observes StartupEvent event) {
        accounts.prepare("rehearsal@example.com", "Rehearsal", "rehearsal of a sign-up")
                .chain(account -> sessions.transact(() -> write(account)
                        .chain(() -> Panache.currentTransaction())
                        .invoke(transaction -> transaction.markForRollback())
                        .replaceWithVoid()))
                .subscribe()
                .with(done -> {}, failure -> LOG.warn("A sign-up could not be rehearsed", failure));
    }

    private Uni<Void> store(Account account) {
        return sessions.transact(() -> write(account)).invoke(relay::wake);
    }

    private Uni<Void> write(Account account) {
        OutboxRecord order = OutboxRecord.json(settings.queue().name(), new ActivationMail(account.id()))
                .withType(ActivationMail.TYPE)
                .withKey(account.id().toString());
        return accounts.persist(account)
                .chain(() -> journeys.record(account.id(), JourneyFact.QUEUED))
                .chain(() -> PanacheOutbox.write(order));
    }

    private Uni<Void> storeAndSend(Account account) {
        Stopwatch sending = new Stopwatch();
        return sessions.transact(() ->
                        accounts.persist(account).chain(() -> journeys.record(account.id(), JourneyFact.UNQUEUED)))
                .invoke(sending::restart)
                .chain(() -> mailer.send(account, settings.smtp().synchronousTimeout()))
                .map(sent -> journeys.happened(account.id(), JourneyFact.SENT))
                .onFailure()
                .recoverWithItem(failure ->
                        journeys.happened(account.id(), JourneyFact.LOST).withDetail(failure.getMessage()))
                .chain(event -> journeys.append(event.withTook(sending.elapsed())));
    }

    // After the answer's content is settled and beside it: nobody waits for this write.
    private void recordAnswer(UUID accountId, Duration total, Duration hashing) {
        JourneyEvent answered = journeys.happened(accountId, JourneyFact.ANSWERED)
                .withTook(total)
                .withDetail(
                        hashing.toMillis() + " ms of it went into hashing your password, which is slow on purpose.");
        journeys.append(answered)
                .subscribe()
                .with(done -> {}, failure -> LOG.warnf(failure, "The answer to %s was not recorded", accountId));
    }

    private static final class Stopwatch {
        private long startedAt = System.nanoTime();

        void restart() {
            startedAt = System.nanoTime();
        }

        Duration elapsed() {
            return Duration.ofNanos(System.nanoTime() - startedAt);
        }
    }
}
