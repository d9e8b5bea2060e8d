package dev.postrider.sample.signup.queue;

import dev.postrider.client.DeadLetter;
import dev.postrider.client.PostriderClient;
import dev.postrider.client.PostriderException;
import dev.postrider.client.QueueInfo;
import dev.postrider.client.QueueOptions;
import dev.postrider.sample.signup.SignupSettings;
import dev.postrider.sample.signup.database.Sessions;
import dev.postrider.sample.signup.queue.QueueStatus.DeadMail;
import dev.postrider.sample.signup.queue.QueueStatus.Figures;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Knows how the queue is doing without asking while somebody waits: asks once a second, in the background. */
@ApplicationScoped
public class QueueWatch {
    private static final Logger LOG = Logger.getLogger(QueueWatch.class);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int DEAD_LETTERS_SHOWN = 5;
    // A worker's reason begins with the failure's class, which tells visitors nothing.
    private static final Pattern CLASS_NAME = Pattern.compile("^[\\w$.]+: ");
    private static final String COUNT_OUTBOX = "select count(*) from outbox";

    private final PostriderClient client;
    private final Sessions sessions;
    private final String queue;
    private final String activations;
    private final RetryPlan plan;
    private volatile QueueStatus status = QueueStatus.unknown();
    private volatile boolean declared;
    private volatile boolean warned;

    QueueWatch(PostriderClient client, Sessions sessions, SignupSettings settings) {
        this.client = client;
        this.sessions = sessions;
        this.queue = settings.queue().name();
        this.activations = settings.queue().activations();
        this.plan = RetryPlan.of(settings.queue());
    }

    public QueueStatus status() {
        return status;
    }

    /** Asks the broker and the outbox; makes the queue if it has not been made since the broker was last away. */
    Uni<QueueStatus> refresh() {
        // Once more, because a kept connection may have been closed just as it was used.
        return ask().onFailure(PostriderException.class)
                .retry()
                .atMost(1)
                .ifNoItem()
                .after(PATIENCE)
                .fail()
                .onFailure()
                .invoke(this::lost)
                .onFailure()
                .recoverWithItem(() -> status.disconnected())
                .chain(asked -> outbox().map(asked::withOutbox))
                .invoke(this::keep);
    }

    private Uni<QueueStatus> ask() {
        Uni<QueueInfo> info = declared ? client.queue(queue) : declare();
        return info.chain(known -> deadLetters(known).map(letters -> status(known, letters)));
    }

    private Uni<QueueInfo> declare() {
        return client.putQueue(activations, QueueOptions.defaults())
                .chain(() -> client.putQueue(queue, plan.asQueueOptions()))
                .invoke(() -> declared = true);
    }

    private Uni<List<DeadLetter>> deadLetters(QueueInfo info) {
        return info.stats().deadLettered() == 0
                ? Uni.createFrom().item(List.of())
                : client.deadLetters(queue, DEAD_LETTERS_SHOWN, null).map(page -> page.deadLetters());
    }

    private Uni<Long> outbox() {
        return sessions.read(
                        () -> Panache.getSession().chain(session -> session.createNativeQuery(COUNT_OUTBOX, Long.class)
                                .getSingleResult()))
                .onFailure()
                .recoverWithItem(() -> status.outbox());
    }

    private void lost(Throwable failure) {
        if (status.connected() || !warned) {
            LOG.warnf("The broker does not answer; mail orders wait in the outbox: %s", failure.getMessage());
            warned = true;
        }
        declared = false;
    }

    private void keep(QueueStatus latest) {
        if (latest.connected() && !status.connected()) {
            LOG.infof("Connected to the broker; the queue is %s", queue);
        }
        status = latest;
    }

    private static QueueStatus status(QueueInfo info, List<DeadLetter> letters) {
        QueueInfo.Stats stats = info.stats();
        Figures figures = new Figures(stats.ready(), stats.inFlight(), stats.scheduled(), stats.deadLettered());
        return new QueueStatus(
                true, 0, figures, letters.stream().map(QueueWatch::deadMail).collect(Collectors.toList()));
    }

    private static DeadMail deadMail(DeadLetter letter) {
        String account = letter.message().key() == null ? "" : letter.message().key();
        String error = letter.error() == null
                ? letter.reason()
                : CLASS_NAME.matcher(letter.error()).replaceFirst("");
        return new DeadMail(letter.id(), account, letter.attempts(), letter.reason(), error);
    }
}
