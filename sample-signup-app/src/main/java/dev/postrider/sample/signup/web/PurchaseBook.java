package dev.postrider.sample.signup.web;

import dev.postrider.sample.signup.purchase.PurchaseJourney;
import dev.postrider.sample.signup.purchase.Purchases;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.UUID;

/** Reads purchases for pages. */
@ApplicationScoped
class PurchaseBook {
    private final Purchases purchases;
    private final Clock clock;

    PurchaseBook(Purchases purchases, Clock clock) {
        this.purchases = purchases;
        this.clock = clock;
    }

    /** One purchase with its copies; null if there is none. */
    Uni<PurchaseView> find(UUID id) {
        return purchases.find(id).onItem().ifNotNull().transformToUni(purchase -> purchases
                .eventsOf(id)
                .map(events ->
                        new PurchaseView(purchase, PurchaseJourney.of(purchase.article(), events), clock.instant())));
    }
}
