package dev.postrider.sample.signup.queue;

import dev.postrider.client.PostriderClient;
import dev.postrider.outbox.OutboxPublisher;
import dev.postrider.outbox.OutboxPublisher.RefusedException;
import dev.postrider.outbox.OutboxPublisher.Scope;
import dev.postrider.outbox.OutboxRecord;
import dev.postrider.outbox.OutboxRelay;
import dev.postrider.sample.signup.SignupSettings;
import dev.postrider.sample.signup.database.DatabaseAddress;
import dev.postrider.sample.signup.journey.JourneyFact;
import dev.postrider.sample.signup.journey.Journeys;
import dev.postrider.sample.signup.purchase.PurchaseFact;
import dev.postrider.sample.signup.purchase.PurchaseMade;
import dev.postrider.sample.signup.purchase.Purchases;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Hands mail orders and purchases from the outbox to the broker, and records when it has them. */
@ApplicationScoped
public class BrokerRelay {
    private static final Logger LOG = Logger.getLogger(BrokerRelay.class);

    private final OutboxRelay relay;
    private final OutboxPublisher publisher;
    private final Journeys journeys;
    private final Purchases purchases;
    private final PurchaseTopic topic;

    BrokerRelay(
            PostriderClient client,
            Journeys journeys,
            Purchases purchases,
            PurchaseTopic topic,
            SignupSettings settings) {
        DatabaseAddress database = DatabaseAddress.parse(settings.database().url());
        this.publisher = OutboxPublisher.over(client);
        this.journeys = journeys;
        this.purchases = purchases;
        this.topic = topic;
        this.relay = OutboxRelay.builder(database::connect, this::publish).build();
    }

    void start() {
        relay.start();
    }

    void stop() {
        relay.close();
    }

    /** Says that a mail order or a purchase has been committed. */
    public void wake() {
        relay.wake();
    }

    private void publish(String target, List<OutboxRecord> records) {
        // A topic without subscriptions drops what it gets, so a purchase waits until all of them are there.
        if (records.get(0).isForTopic() && !topic.isSubscribed()) {
            throw new RefusedException(Scope.QUEUE, "The topic's queues are not subscribed yet", null);
        }
        publisher.publish(target, records);
        // Only for the pages: the broker has the messages whether this is written or not.
        note(journeys.appendAll(ids(records, ActivationMail.TYPE).stream()
                .map(id -> journeys.happened(id, JourneyFact.PUBLISHED))
                .collect(Collectors.toList())));
        note(purchases.appendAll(ids(records, PurchaseMade.TYPE).stream()
                .map(id -> purchases.happened(id, PurchaseFact.PUBLISHED))
                .collect(Collectors.toList())));
    }

    private static List<UUID> ids(List<OutboxRecord> records, String type) {
        return records.stream()
                .filter(record -> record.type().equals(type))
                .flatMap(record -> record.key().stream())
                .map(UUID::fromString)
                .collect(Collectors.toList());
    }

    private static void note(Uni<Void> recorded) {
        recorded.subscribe()
                .with(done -> {}, failure -> LOG.warnf("A publish was not recorded: %s", failure.getMessage()));
    }
}
