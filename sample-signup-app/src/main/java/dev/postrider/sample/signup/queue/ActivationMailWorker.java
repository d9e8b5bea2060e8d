package dev.postrider.sample.signup.queue;

import dev.postrider.client.PostriderClient;
import dev.postrider.sample.signup.SignupSettings;
import dev.postrider.sample.signup.mail.MailFailure;
import dev.postrider.worker.RejectMessageException;
import dev.postrider.worker.Worker;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Takes mail orders from the queue, a few at a time, and has them handled. */
@ApplicationScoped
class ActivationMailWorker {
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(8);

    private final ActivationMailHandler handler;
    private final Worker worker;

    ActivationMailWorker(PostriderClient client, ActivationMailHandler handler, SignupSettings settings) {
        this.handler = handler;
        this.worker = Worker.builder(client, settings.queue().name(), ActivationMail.class)
                .concurrency(settings.queue().concurrency())
                .asyncHandler((mail, delivery) -> handle(mail, delivery.attempt()))
                .build();
    }

    void start() {
        worker.start();
    }

    /** Lets mails that are being sent come to their end, and gives the rest back. */
    void stop() {
        worker.stop(DRAIN).await().atMost(STOP_PATIENCE);
    }

    // A mail that the server refuses for good is set aside at once; any other failure is tried again by the queue.
    private Uni<Void> handle(ActivationMail mail, int attempt) {
        return handler.handle(mail, attempt)
                .onFailure(ActivationMailWorker::isHopeless)
                .transform(failure -> new RejectMessageException(failure.getMessage(), failure));
    }

    private static boolean isHopeless(Throwable failure) {
        return failure instanceof UnknownAccountException
                || failure instanceof MailFailure && ((MailFailure) failure).isPermanent();
    }
}
