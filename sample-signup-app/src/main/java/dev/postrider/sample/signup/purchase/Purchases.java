package dev.postrider.sample.signup.purchase;

import dev.postrider.sample.signup.database.Sessions;
import dev.postrider.sample.signup.journey.Announcements;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.UUID;

/** The purchases and what happens to their copies; tells whoever is watching. */
@ApplicationScoped
public class Purchases implements PanacheRepositoryBase<Purchase, UUID> {
    private final PurchaseEvents events;
    private final Sessions sessions;
    private final Clock clock;
    private final Announcements announcements = new Announcements();

    Purchases(PurchaseEvents events, Sessions sessions, Clock clock) {
        this.events = events;
        this.sessions = sessions;
        this.clock = clock;
    }

    /** Reads a purchase; null if there is none. */
    public Uni<Purchase> find(UUID id) {
        return sessions.read(() -> findById(id));
    }

    /** What happened to a purchase and its copies, in order. */
    public Uni<List<PurchaseEvent>> eventsOf(UUID id) {
        return sessions.read(
                () -> events.find("purchaseId = ?1 order by sequence", id).list());
    }

    /** A fact of now, not yet recorded. */
    public PurchaseEvent happened(UUID id, PurchaseFact fact) {
        return new PurchaseEvent(id, fact, clock.instant());
    }

    /** Records a fact in a transaction of its own and announces it. */
    public Uni<Void> append(PurchaseEvent event) {
        return appendAll(List.of(event));
    }

    /** Records several facts in one transaction and announces them. */
    public Uni<Void> appendAll(List<PurchaseEvent> all) {
        if (all.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return sessions.transact(() -> events.persist(all))
                .invoke(() -> all.forEach(event -> announcements.announce(event.purchaseId())));
    }

    /** Emits on every new fact of the purchase, until cancelled; what a slow reader has missed is emitted once. */
    public Multi<UUID> changes(UUID id) {
        return announcements.of(id);
    }
}
