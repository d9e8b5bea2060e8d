package dev.postrider.sample.signup.queue;

import dev.postrider.client.PostriderClient;
import dev.postrider.sample.signup.mail.MailFailure;
import dev.postrider.sample.signup.purchase.Department;
import dev.postrider.sample.signup.purchase.PurchaseMade;
import dev.postrider.worker.RejectMessageException;
import dev.postrider.worker.Worker;
import io.smallrye.mutiny.Uni;
import java.time.Duration;

/**
 * One department's worker, which somebody may stop and start again. What is published meanwhile waits in the
 * department's queue. Safe for any thread.
 */
final class DepartmentWorker {
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final int CONCURRENCY = 2;

    private final Department department;
    private final PostriderClient client;
    private final PurchaseHandler handler;
    private boolean on = true;
    private boolean queueIsThere;
    private Worker worker;

    DepartmentWorker(Department department, PostriderClient client, PurchaseHandler handler) {
        this.department = department;
        this.client = client;
        this.handler = handler;
    }

    synchronized boolean isOn() {
        return on;
    }

    /** Begins to work, unless it is switched off: to subscribe earlier would make the queue with other settings. */
    synchronized void queueIsThere() {
        queueIsThere = true;
        startIfWanted();
    }

    synchronized void turnOn() {
        on = true;
        startIfWanted();
    }

    /** Takes no more copies; completes when those in work have come to their end. */
    Uni<Void> turnOff() {
        Worker leaving;
        synchronized (this) {
            on = false;
            leaving = worker;
            worker = null;
        }
        return leaving == null ? Uni.createFrom().voidItem() : leaving.stop(DRAIN);
    }

    // A worker is started once, so each start has its own.
    private void startIfWanted() {
        if (on && queueIsThere && worker == null) {
            worker = Worker.builder(client, department.queue(), PurchaseMade.class)
                    .concurrency(CONCURRENCY)
                    .asyncHandler((made, delivery) -> handle(made, delivery.attempt()))
                    .build();
            worker.start();
        }
    }

    private Uni<Void> handle(PurchaseMade made, int attempt) {
        return handler.handle(department, made, attempt)
                .onFailure(DepartmentWorker::isHopeless)
                .transform(failure -> new RejectMessageException(failure.getMessage(), failure));
    }

    private static boolean isHopeless(Throwable failure) {
        return failure instanceof UnknownPurchaseException
                || failure instanceof MailFailure && ((MailFailure) failure).isPermanent();
    }
}
