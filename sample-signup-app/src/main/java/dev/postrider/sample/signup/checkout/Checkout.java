package dev.postrider.sample.signup.checkout;

import dev.postrider.outbox.OutboxRecord;
import dev.postrider.outbox.PanacheOutbox;
import dev.postrider.sample.signup.SignupSettings;
import dev.postrider.sample.signup.database.Sessions;
import dev.postrider.sample.signup.purchase.Purchase;
import dev.postrider.sample.signup.purchase.PurchaseFact;
import dev.postrider.sample.signup.purchase.PurchaseMade;
import dev.postrider.sample.signup.purchase.Purchases;
import dev.postrider.sample.signup.queue.BrokerRelay;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Sells. The purchase and its message for the topic are stored in one transaction, and that is all the buyer waits for:
 * neither the broker nor any department needs to be there.
 */
@ApplicationScoped
public class Checkout {
    private static final Logger LOG = Logger.getLogger(Checkout.class);

    private final Purchases purchases;
    private final Sessions sessions;
    private final BrokerRelay relay;
    private final Clock clock;
    private final String topic;

    Checkout(Purchases purchases, Sessions sessions, BrokerRelay relay, Clock clock, SignupSettings settings) {
        this.purchases = purchases;
        this.sessions = sessions;
        this.relay = relay;
        this.clock = clock;
        this.topic = settings.purchases().topic();
    }

    /** Buys with a form that has no problems; emits the purchase's id. */
    public Uni<UUID> buy(PurchaseForm form) {
        return Uni.createFrom().deferred(() -> {
            long startedAt = System.nanoTime();
            Purchase purchase =
                    new Purchase(UUID.randomUUID(), form.email(), form.name(), form.chosen(), clock.instant());
            return sessions.transact(() -> purchases.persist(purchase).chain(() -> PanacheOutbox.write(news(purchase))))
                    .invoke(relay::wake)
                    .invoke(() -> recordAnswer(purchase.id(), Duration.ofNanos(System.nanoTime() - startedAt)))
                    .replaceWith(purchase.id());
        });
    }

    private OutboxRecord news(Purchase purchase) {
        PurchaseMade made = new PurchaseMade(purchase.id(), purchase.article().code());
        return OutboxRecord.json(topic, made)
                .toTopic()
                .withType(PurchaseMade.TYPE)
                .withKey(purchase.id().toString())
                .withHeader(
                        PurchaseMade.GOODS_HEADER,
                        String.valueOf(purchase.article().isGoods()));
    }

    // Beside the answer: nobody waits for this write.
    private void recordAnswer(UUID id, Duration took) {
        purchases
                .append(purchases.happened(id, PurchaseFact.CONFIRMED).withTook(took))
                .subscribe()
                .with(done -> {}, failure -> LOG.warnf(failure, "The answer to %s was not recorded", id));
    }
}
