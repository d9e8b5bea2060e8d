package dev.postrider.sample.signup.journey;

import dev.postrider.sample.signup.database.Sessions;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** Records what happens to mails, and tells whoever is watching. */
@ApplicationScoped
public class Journeys {
    private final JourneyEvents events;
    private final Sessions sessions;
    private final Clock clock;
    private final Announcements announcements = new Announcements();

    Journeys(JourneyEvents events, Sessions sessions, Clock clock) {
        this.events = events;
        this.sessions = sessions;
        this.clock = clock;
    }

    /** A fact of now, not yet recorded. */
    public JourneyEvent happened(UUID accountId, JourneyFact fact) {
        return new JourneyEvent(accountId, fact, clock.instant());
    }

    /** Records a fact in the current transaction; {@link #announce} it when that has committed. */
    public Uni<JourneyEvent> record(UUID accountId, JourneyFact fact) {
        return events.persist(happened(accountId, fact));
    }

    /** Records a fact in a transaction of its own and announces it. */
    public Uni<Void> append(JourneyEvent event) {
        return sessions.transact(() -> events.persist(event))
                .invoke(() -> announce(event.accountId()))
                .replaceWithVoid();
    }

    /** Records several facts in one transaction and announces them. */
    public Uni<Void> appendAll(List<JourneyEvent> all) {
        if (all.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return sessions.transact(() -> events.persist(all))
                .invoke(() -> all.forEach(event -> announce(event.accountId())));
    }

    /** The facts of one account, in order. */
    public Uni<List<JourneyEvent>> of(UUID accountId) {
        return sessions.read(
                () -> events.find("accountId = ?1 order by sequence", accountId).list());
    }

    /** The facts of several accounts, in order. */
    public Uni<Map<UUID, List<JourneyEvent>>> of(Collection<UUID> accountIds) {
        return sessions.read(() -> events.find("accountId in ?1 order by sequence", accountIds)
                        .list())
                .map(all -> all.stream().collect(Collectors.groupingBy(JourneyEvent::accountId)));
    }

    /** Tells the watchers that an account has a new fact. */
    public void announce(UUID accountId) {
        announcements.announce(accountId);
    }

    /** Emits on every new fact of the account, until cancelled; what a slow reader has missed is emitted once. */
    public Multi<UUID> changes(UUID accountId) {
        return announcements.of(accountId);
    }

    /** Emits the account of every new fact, until cancelled; a slow reader misses some. */
    public Multi<UUID> changes() {
        return announcements.all();
    }
}
