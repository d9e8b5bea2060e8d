package dev.postrider.sample.signup.account;

import dev.postrider.outbox.OutboxRecord;
import dev.postrider.outbox.PanacheOutbox;
import dev.postrider.sample.signup.SignupSettings;
import dev.postrider.sample.signup.database.Sessions;
import dev.postrider.sample.signup.journey.JourneyFact;
import dev.postrider.sample.signup.journey.Journeys;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.hibernate.exception.ConstraintViolationException;

/** The accounts and their activation links. */
@ApplicationScoped
public class Accounts implements PanacheRepositoryBase<Account, UUID> {
    private final Links links;
    private final Sessions sessions;
    private final Journeys journeys;
    private final SignupSettings settings;
    private final Clock clock;

    Accounts(Links links, Sessions sessions, Journeys journeys, SignupSettings settings, Clock clock) {
        this.links = links;
        this.sessions = sessions;
        this.journeys = journeys;
        this.settings = settings;
        this.clock = clock;
    }

    /** A new account, not yet stored; the password is hashed on a worker thread. */
    public Uni<Account> prepare(String email, String displayName, String password) {
        Instant askedAt = clock.instant();
        return Passwords.hash(password).map(hash -> new Account(UUID.randomUUID(), email, displayName, hash, askedAt));
    }

    /** Reads an account; null if there is none. */
    public Uni<Account> find(UUID id) {
        return sessions.read(() -> findById(id));
    }

    /** The latest accounts, newest first. */
    public Uni<List<Account>> latest(int limit) {
        return sessions.read(
                () -> find("order by createdAt desc").page(0, limit).list());
    }

    /** Whether somebody has already proven that this account's address is theirs. */
    public Uni<Boolean> isAddressTaken(Account account) {
        return sessions.read(() -> addressTaken(account));
    }

    /** Makes a new link for the account; those mailed before stay valid, because one of them may have arrived. */
    public Uni<ActivationToken> issueLink(UUID accountId) {
        ActivationToken token = ActivationToken.random();
        ActivationLink link =
                new ActivationLink(token.hash(), accountId, clock.instant().plus(settings.linkLifetime()));
        return sessions.transact(() -> links.persist(link)).replaceWith(token);
    }

    /** Follows a link: activates its account, once. */
    public Uni<Activation> activate(String tokenText) {
        ActivationToken token = new ActivationToken(tokenText);
        if (!token.isPlausible()) {
            return Uni.createFrom().item(Activation.unknown());
        }
        return sessions.transact(() -> links.findById(token.hash())
                        .chain(link -> link == null ? Uni.createFrom().item(Activation.unknown()) : follow(link)))
                .onFailure(ConstraintViolationException.class)
                .recoverWithItem(new Activation(Activation.Outcome.ADDRESS_TAKEN, null))
                .invoke(activation -> announce(activation));
    }

    // Locked, so that of two clicks at once one comes first; between two accounts the unique index decides.
    private Uni<Activation> follow(ActivationLink link) {
        Instant now = clock.instant();
        UUID id = link.accountId();
        return findById(id, LockModeType.PESSIMISTIC_WRITE).chain(account -> {
            if (account.isActive()) {
                return ended(Activation.Outcome.ALREADY_ACTIVE, id);
            }
            if (link.isUsed() || link.hasExpiredAt(now)) {
                return ended(Activation.Outcome.EXPIRED, id);
            }
            return addressTaken(account)
                    .chain(taken -> taken ? ended(Activation.Outcome.ADDRESS_TAKEN, id) : activate(link, account, now));
        });
    }

    private Uni<Activation> activate(ActivationLink link, Account account, Instant now) {
        link.useAt(now);
        account.activateAt(now);
        return journeys.record(account.id(), JourneyFact.ACTIVATED)
                .chain(() -> PanacheOutbox.write(news(account.id())))
                .chain(() -> ended(Activation.Outcome.ACTIVATED, account.id()));
    }

    private static Uni<Activation> ended(Activation.Outcome outcome, UUID id) {
        return Uni.createFrom().item(new Activation(outcome, id));
    }

    private OutboxRecord news(UUID id) {
        return OutboxRecord.json(settings.queue().activations(), new AccountActivated(id))
                .withType(AccountActivated.TYPE)
                .withKey(id.toString());
    }

    private Uni<Boolean> addressTaken(Account account) {
        return count("lower(email) = lower(?1) and activatedAt is not null and id <> ?2", account.email(), account.id())
                .map(count -> count > 0);
    }

    private void announce(Activation activation) {
        if (activation.outcome() == Activation.Outcome.ACTIVATED) {
            journeys.announce(activation.accountId());
        }
    }
}
