package dev.postrider.sample.signup.queue;

import dev.postrider.client.DeadLetter;
import dev.postrider.client.PostriderClient;
import dev.postrider.sample.signup.SignupSettings;
import dev.postrider.sample.signup.journey.JourneyEvent;
import dev.postrider.sample.signup.journey.JourneyFact;
import dev.postrider.sample.signup.journey.Journeys;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** Sends what the queue has set aside back to work. */
@ApplicationScoped
public class DeadLetters {
    private static final int PAGE = 100;
    private static final int PAGES_MAX = 1_000;

    private final PostriderClient client;
    private final Journeys journeys;
    private final QueueWatch watch;
    private final String queue;

    DeadLetters(PostriderClient client, Journeys journeys, QueueWatch watch, SignupSettings settings) {
        this.client = client;
        this.journeys = journeys;
        this.watch = watch;
        this.queue = settings.queue().name();
    }

    /** Redrives all of them, page by page; emits their number. */
    public Uni<Long> redriveAll() {
        return redrive(0, 0).call(watch::refresh);
    }

    private Uni<Long> redrive(int page, long before) {
        return client.deadLetters(queue, PAGE, null).chain(letters -> {
            if (letters.deadLetters().isEmpty() || page == PAGES_MAX) {
                return Uni.createFrom().item(before);
            }
            return redrive(letters.deadLetters())
                    .chain(redriven ->
                            redriven == 0 ? Uni.createFrom().item(before) : redrive(page + 1, before + redriven));
        });
    }

    // Recorded first, because a worker may be faster than this; taken back if the broker did not do it.
    private Uni<Long> redrive(List<DeadLetter> letters) {
        List<String> ids = letters.stream().map(DeadLetter::id).collect(Collectors.toList());
        return journeys.appendAll(events(letters, JourneyFact.REDRIVEN))
                .chain(() -> client.redrive(queue, ids))
                .onFailure()
                .call(() -> journeys.appendAll(events(letters, JourneyFact.DEAD_LETTERED)));
    }

    private List<JourneyEvent> events(List<DeadLetter> letters, JourneyFact fact) {
        return letters.stream()
                .filter(letter -> isAccount(letter.message().key()))
                .map(letter ->
                        journeys.happened(UUID.fromString(letter.message().key()), fact))
                .collect(Collectors.toList());
    }

    private static boolean isAccount(String key) {
        try {
            return key != null && UUID.fromString(key) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
