package dev.postrider.sample.signup.queue;

import dev.postrider.client.PostriderClient;
import dev.postrider.outbox.OutboxPublisher;
import dev.postrider.outbox.OutboxRecord;
import dev.postrider.outbox.OutboxRelay;
import dev.postrider.sample.signup.SignupSettings;
import dev.postrider.sample.signup.database.DatabaseAddress;
import dev.postrider.sample.signup.journey.JourneyEvent;
import dev.postrider.sample.signup.journey.JourneyFact;
import dev.postrider.sample.signup.journey.Journeys;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Hands mail orders from the outbox to the broker, and records when it has them. */
@ApplicationScoped
public class MailRelay {
    private static final Logger LOG = Logger.getLogger(MailRelay.class);

    private final OutboxRelay relay;
    private final OutboxPublisher publisher;
    private final Journeys journeys;

    MailRelay(PostriderClient client, Journeys journeys, SignupSettings settings) {
        DatabaseAddress database = DatabaseAddress.parse(settings.database().url());
        this.publisher = OutboxPublisher.over(client);
        this.journeys = journeys;
        this.relay = OutboxRelay.builder(database::connect, this::publish).build();
    }

    void start() {
        relay.start();
    }

    void stop() {
        relay.close();
    }

    /** Says that a mail order has been committed. */
    public void wake() {
        relay.wake();
    }

    private void publish(String queue, List<OutboxRecord> records) {
        publisher.publish(queue, records);
        List<JourneyEvent> published = records.stream()
                .filter(record -> record.type().equals(ActivationMail.TYPE))
                .flatMap(record -> record.key().stream())
                .map(key -> journeys.happened(UUID.fromString(key), JourneyFact.PUBLISHED))
                .collect(Collectors.toList());
        // Only for the page: the broker has the messages whether this is written or not.
        journeys.appendAll(published)
                .subscribe()
                .with(done -> {}, failure -> LOG.warnf("A publish was not recorded: %s", failure.getMessage()));
    }
}
