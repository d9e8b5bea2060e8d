package dev.postrider.sample.signup.web;

import dev.postrider.sample.signup.account.Account;
import dev.postrider.sample.signup.account.Accounts;
import dev.postrider.sample.signup.journey.Journey;
import dev.postrider.sample.signup.journey.Journeys;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** Reads journeys for pages. */
@ApplicationScoped
class JourneyBook {
    private static final int LISTED_MAX = 50;

    private final Accounts accounts;
    private final Journeys journeys;
    private final Clock clock;

    JourneyBook(Accounts accounts, Journeys journeys, Clock clock) {
        this.accounts = accounts;
        this.journeys = journeys;
        this.clock = clock;
    }

    /** One journey; null if there is no such account. */
    Uni<JourneyView> find(UUID id) {
        return accounts.find(id)
                .chain(account -> account == null ? Uni.createFrom().nullItem() : read(account));
    }

    /** The latest journeys, newest first. */
    Uni<List<JourneyView>> latest() {
        return accounts.latest(LISTED_MAX).chain(latest -> {
            List<UUID> ids = latest.stream().map(Account::id).collect(Collectors.toList());
            return journeys.of(ids).map(events -> latest.stream()
                    .map(account -> view(account, Journey.of(events.getOrDefault(account.id(), List.of()))))
                    .collect(Collectors.toList()));
        });
    }

    private Uni<JourneyView> read(Account account) {
        return journeys.of(account.id()).map(events -> view(account, Journey.of(events)));
    }

    private JourneyView view(Account account, Journey journey) {
        return new JourneyView(account, journey, clock.instant());
    }
}
