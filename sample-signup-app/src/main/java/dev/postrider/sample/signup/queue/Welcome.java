package dev.postrider.sample.signup.queue;

import dev.postrider.sample.signup.account.AccountActivated;
import dev.postrider.sample.signup.journey.JourneyFact;
import dev.postrider.sample.signup.journey.Journeys;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Hears of activations through a channel of Reactive Messaging, which is a queue of the broker. */
@ApplicationScoped
class Welcome {
    private final Journeys journeys;

    Welcome(Journeys journeys) {
        this.journeys = journeys;
    }

    @Incoming("activations")
    Uni<Void> welcome(AccountActivated activated) {
        return journeys.append(journeys.happened(activated.accountId(), JourneyFact.WELCOMED));
    }
}
