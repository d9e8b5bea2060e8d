package dev.postrider.sample.signup.queue;

import dev.postrider.client.PostriderClient;
import dev.postrider.client.ReceivedMessage;
import dev.postrider.client.SubscribeOptions;
import dev.postrider.sample.signup.SignupSettings;
import dev.postrider.sample.signup.mail.MailFailure;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Takes messages from the queue, a few at a time, and settles them by what the handler makes of them. */
@ApplicationScoped
class ActivationMailWorker {
    private static final Logger LOG = Logger.getLogger(ActivationMailWorker.class);
    private static final Duration RESUBSCRIBE_FIRST = Duration.ofMillis(500);
    private static final Duration RESUBSCRIBE_LONGEST = Duration.ofSeconds(5);

    private final PostriderClient client;
    private final ActivationMailHandler handler;
    private final SignupSettings.Queue queue;
    private Cancellable subscription;

    ActivationMailWorker(PostriderClient client, ActivationMailHandler handler, SignupSettings settings) {
        this.client = client;
        this.handler = handler;
        this.queue = settings.queue();
    }

    synchronized void start() {
        if (subscription == null) {
            subscription = client.subscribe(queue.name(), SubscribeOptions.defaults())
                    .onItem()
                    .transformToUni(this::work)
                    .merge(queue.concurrency())
                    .onFailure()
                    .retry()
                    .withBackOff(RESUBSCRIBE_FIRST, RESUBSCRIBE_LONGEST)
                    .indefinitely()
                    .subscribe()
                    .with(done -> {}, failure -> LOG.error("The worker has ended", failure));
        }
    }

    synchronized void stop() {
        if (subscription != null) {
            subscription.cancel();
            subscription = null;
        }
    }

    private Uni<Void> work(ReceivedMessage message) {
        return Uni.createFrom()
                .deferred(() -> handler.handle(message.json(ActivationMail.class), message.attempt()))
                .onItem()
                .transformToUni(done -> message.ack())
                .onFailure()
                .recoverWithUni(failure -> giveUp(message, failure))
                .onFailure()
                .invoke(failure -> LOG.warnf("Message %s could not be settled: %s", message.id(), failure.getMessage()))
                .onFailure()
                .recoverWithNull();
    }

    private static Uni<Void> giveUp(ReceivedMessage message, Throwable failure) {
        boolean hopeless = failure instanceof UnknownAccountException
                || failure instanceof IllegalArgumentException
                || failure instanceof MailFailure && ((MailFailure) failure).isPermanent();
        return hopeless ? message.deadLetter(failure.getMessage()) : message.nack(null, failure.getMessage());
    }
}
