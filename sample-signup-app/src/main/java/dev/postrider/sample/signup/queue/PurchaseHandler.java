package dev.postrider.sample.signup.queue;

import dev.postrider.sample.signup.SignupSettings;
import dev.postrider.sample.signup.mail.MailFailure;
import dev.postrider.sample.signup.mail.ReceiptMailer;
import dev.postrider.sample.signup.purchase.CopyJourney;
import dev.postrider.sample.signup.purchase.Department;
import dev.postrider.sample.signup.purchase.Purchase;
import dev.postrider.sample.signup.purchase.PurchaseEvent;
import dev.postrider.sample.signup.purchase.PurchaseFact;
import dev.postrider.sample.signup.purchase.PurchaseJourney;
import dev.postrider.sample.signup.purchase.PurchaseMade;
import dev.postrider.sample.signup.purchase.Purchases;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;

/**
 * What a department does with its copy of a purchase, recorded as it happens. A copy may come more than once; one that
 * is known to be done does nothing.
 */
@ApplicationScoped
class PurchaseHandler {
    private final Purchases purchases;
    private final ReceiptMailer receipts;
    private final Clock clock;
    private final RetryPlan plan;

    PurchaseHandler(Purchases purchases, ReceiptMailer receipts, Clock clock, SignupSettings settings) {
        this.purchases = purchases;
        this.receipts = receipts;
        this.clock = clock;
        this.plan = RetryPlan.of(settings.queue());
    }

    /**
     * Handles one handing-out of a copy.
     *
     * @param attempt which one, from 1
     * @return fails with {@link MailFailure} if a receipt could not be sent, after that has been recorded, and with
     *     {@link UnknownPurchaseException} if there is no such purchase
     */
    Uni<Void> handle(Department department, PurchaseMade made, int attempt) {
        return purchases
                .find(made.purchaseId())
                .onItem()
                .ifNull()
                .failWith(() -> new UnknownPurchaseException(made.purchaseId()))
                .chain(purchase -> isDone(department, purchase)
                        .chain(done ->
                                done ? Uni.createFrom().voidItem() : new Copy(department, purchase, attempt).work()));
    }

    private Uni<Boolean> isDone(Department department, Purchase purchase) {
        return purchases
                .eventsOf(purchase.id())
                .map(events -> PurchaseJourney.of(purchase.article(), events)
                                .copy(department)
                                .state()
                        == CopyJourney.State.DONE);
    }

    private final class Copy {
        private final Department department;
        private final Purchase purchase;
        private final int attempt;

        Copy(Department department, Purchase purchase, int attempt) {
            this.department = department;
            this.purchase = purchase;
            this.attempt = attempt;
        }

        Uni<Void> work() {
            return purchases
                    .append(event(PurchaseFact.DELIVERED))
                    .chain(this::perform)
                    .onFailure(MailFailure.class)
                    .call(failure -> purchases.append(failed(failure)))
                    .chain(result -> purchases.append(event(PurchaseFact.DONE).withDetail(result)));
        }

        /** Emits what has been done, as a sentence. */
        private Uni<String> perform() {
            boolean goods = purchase.article().isGoods();
            return switch (department) {
                case SHIPPING ->
                    Uni.createFrom().item(goods ? "The parcel has a label." : "The file is ready to be fetched.");
                case DISTRIBUTION -> Uni.createFrom().item("The goods are off the shelf.");
                case RECEIPTS -> receipts.send(purchase).replaceWith("The receipt is in the mail.");
            };
        }

        private PurchaseEvent failed(MailFailure failure) {
            return plan.delayAfter(attempt)
                    .filter(delay -> !failure.isPermanent())
                    .map(delay -> event(PurchaseFact.RETRYING)
                            .withNextAttemptAt(clock.instant().plus(delay)))
                    .orElseGet(() -> event(PurchaseFact.DEAD_LETTERED))
                    .withDetail(failure.getMessage());
        }

        private PurchaseEvent event(PurchaseFact fact) {
            return purchases.happened(purchase.id(), fact).withCopy(department, attempt);
        }
    }
}
