package dev.postrider.worker;

import dev.postrider.client.PostriderClient;
import dev.postrider.client.ReceivedMessage;
import dev.postrider.client.SubscribeOptions;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Takes the messages of a queue and has them handled, so many at a time, for as long as it runs and whatever happens to
 * the broker meanwhile.
 *
 * <p>A handler that returns acknowledges its message. One that fails gives it back with its cause, to come again after
 * the queue's backoff until its attempts are used up. {@link RetryLaterException}, {@link RejectMessageException} and a
 * payload that cannot be read have their own ends. While a handler runs, the lease is extended at a third of its
 * length. Delivery is at least once: a handler must bear to see a message again.
 *
 * <p>Safe for any thread. Nothing here blocks. A worker is started once; stopping it leaves the client open, and has to
 * come before the client is closed.
 */
public final class Worker {
    private static final long RESUBSCRIBE_FIRST_MILLIS = 250;
    private static final long RESUBSCRIBE_LONGEST_MILLIS = 10_000;
    private static final long DRAIN_LOOK_MILLIS = 10;

    /** A worker's life; it only moves forward. */
    private enum State {
        NEW,
        RUNNING,
        DRAINING,
        STOPPED
    }

    private final PostriderClient client;
    private final WorkerSettings settings;
    private final HandlerRunner runner;
    private final WorkerListener listener;
    private final Slots slots;
    private final DeliverySupervisor supervisor;
    private final Settling settling;
    private final List<UniEmitter<? super Void>> waitingForStop = new ArrayList<>();
    private State state = State.NEW;
    private volatile Flow.Subscription subscription;
    private ScheduledFuture<?> looks;
    private volatile long resubscribeMillis = RESUBSCRIBE_FIRST_MILLIS;

    Worker(PostriderClient client, WorkerSettings settings, HandlerRunner runner, WorkerListener listener) {
        this.client = client;
        this.settings = settings;
        this.runner = runner;
        this.listener = listener;
        this.slots = new Slots(settings.concurrency());
        this.settling = new Settling(settings, slots, listener, this::request);
        this.supervisor = new DeliverySupervisor(settings, listener, settling::failed);
    }

    /** Starts the description of a worker whose payloads are JSON, unless it names a codec. */
    public static <T> WorkerBuilder<T> builder(PostriderClient client, String queue, Class<T> type) {
        return new WorkerBuilder<>(client, queue, type);
    }

    /**
     * Starts taking messages; returns at once. A second start does nothing.
     *
     * @throws IllegalStateException if the worker was stopped
     */
    public void start() {
        synchronized (this) {
            if (state == State.RUNNING) {
                return;
            }
            if (state != State.NEW) {
                throw new IllegalStateException("The worker of " + settings.queue() + " was stopped");
            }
            state = State.RUNNING;
            long period = supervisor.periodMillis();
            looks = Infrastructure.getDefaultWorkerPool()
                    .scheduleAtFixedRate(this::look, period, period, TimeUnit.MILLISECONDS);
        }
        subscribe();
    }

    /**
     * Stops: takes no more, waits for running handlers up to {@code drain}, interrupts or cancels those that are left,
     * and gives back what was not settled, without an attempt counted. Completes then; may be called several times.
     */
    public Uni<Void> stop(Duration drain) {
        return Uni.createFrom().emitter(waiting -> {
            if (beginStop(waiting)) {
                slots.close();
                drain(System.nanoTime() + drain.toNanos());
            }
        });
    }

    private synchronized boolean beginStop(UniEmitter<? super Void> waiting) {
        if (state == State.STOPPED) {
            waiting.complete(null);
            return false;
        }
        waitingForStop.add(waiting);
        if (state == State.DRAINING) {
            return false;
        }
        state = State.DRAINING;
        return true;
    }

    private void drain(long deadlineNanos) {
        if (!slots.isIdle() && System.nanoTime() - deadlineNanos < 0) {
            later(DRAIN_LOOK_MILLIS, () -> drain(deadlineNanos));
            return;
        }
        // Those still running lose the right to settle first, so that being stopped does not count as failing.
        for (ActiveDelivery delivery : supervisor.active()) {
            if (delivery.decide()) {
                delivery.delivery.loseLease();
                delivery.stop();
            }
        }
        finish();
    }

    private void finish() {
        List<UniEmitter<? super Void>> waiting;
        Flow.Subscription leaving;
        synchronized (this) {
            state = State.STOPPED;
            waiting = List.copyOf(waitingForStop);
            leaving = subscription;
            if (looks != null) {
                looks.cancel(false);
            }
        }
        if (leaving != null) {
            leaving.cancel();
        }
        runner.close();
        waiting.forEach(who -> who.complete(null));
    }

    private void subscribe() {
        SubscribeOptions options = SubscribeOptions.defaults().withLease(settings.lease());
        int prefetch = settings.prefetch() == 0 ? 0 : settings.prefetch() + settings.concurrency();
        client.subscribe(settings.queue(), options.withPrefetch(Math.min(prefetch, SubscribeOptions.PREFETCH_MAX)))
                .subscribe()
                .withSubscriber(new Messages());
    }

    private synchronized boolean isRunning() {
        return state == State.RUNNING;
    }

    private void look() {
        try {
            supervisor.look(System.nanoTime());
        } catch (RuntimeException e) {
            // The pool would silently never look again.
            System.getLogger("dev.postrider.worker").log(System.Logger.Level.ERROR, "Watching leases failed", e);
        }
    }

    private void request() {
        Flow.Subscription to = subscription;
        int more = to == null ? 0 : slots.claim();
        if (more > 0) {
            to.request(more);
        }
    }

    private void handle(ReceivedMessage message) {
        if (!slots.start()) {
            // It goes back when the subscription ends, without an attempt counted.
            return;
        }
        Delivery delivery = new Delivery(message, System.nanoTime());
        ActiveDelivery active = new ActiveDelivery(delivery);
        supervisor.watch(active);
        listener.started(delivery);
        active.running(runner.run(delivery, failure -> handled(active, failure)));
    }

    /** A handler has ended: its place is free, whoever settles the message. */
    private void handled(ActiveDelivery active, Throwable failure) {
        supervisor.forget(active);
        if (failure == null) {
            settling.succeeded(active);
        } else {
            settling.failed(active, Causes.unwrapped(failure));
        }
        // Last, so that a worker with something to settle never looks idle.
        slots.end();
        request();
    }

    private void refused(Throwable failure) {
        slots.forgetRequests();
        long wait;
        synchronized (this) {
            subscription = null;
            wait = resubscribeMillis;
            resubscribeMillis = Math.min(2 * resubscribeMillis, RESUBSCRIBE_LONGEST_MILLIS);
        }
        if (isRunning()) {
            listener.subscriptionRefused(failure, Duration.ofMillis(wait));
            later(wait, () -> {
                if (isRunning()) {
                    subscribe();
                }
            });
        }
    }

    private static void later(long millis, Runnable task) {
        ScheduledFuture<?> ignored =
                Infrastructure.getDefaultWorkerPool().schedule(task, millis, TimeUnit.MILLISECONDS);
        if (ignored.isCancelled()) {
            throw new IllegalStateException("The timer is stopped");
        }
    }

    /** Takes the messages of one subscription. */
    private final class Messages implements Flow.Subscriber<ReceivedMessage> {
        @Override
        public void onSubscribe(Flow.Subscription begun) {
            boolean wanted;
            synchronized (Worker.this) {
                subscription = begun;
                wanted = state == State.RUNNING;
            }
            if (wanted) {
                request();
            } else {
                begun.cancel();
            }
        }

        @Override
        public void onNext(ReceivedMessage message) {
            if (resubscribeMillis != RESUBSCRIBE_FIRST_MILLIS) {
                resubscribeMillis = RESUBSCRIBE_FIRST_MILLIS;
            }
            handle(message);
        }

        @Override
        public void onError(Throwable failure) {
            refused(failure);
        }

        /** The client was closed under the worker: nothing will come any more. */
        @Override
        public void onComplete() {
            slots.close();
            slots.forgetRequests();
        }
    }
}
