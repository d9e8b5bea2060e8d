package dev.postrider.sample.signup.queue;

import dev.postrider.sample.signup.SignupSettings;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** Starts and stops what works with the queue. Nothing here waits for the broker to be there. */
@ApplicationScoped
class QueueLife {
    private static final Logger LOG = Logger.getLogger(QueueLife.class);
    private static final long REFRESH_MILLIS = 1_000;

    private final Vertx vertx;
    private final QueueWatch watch;
    private final BrokerRelay relay;
    private final ActivationMailWorker worker;
    private final boolean enabled;
    private final AtomicBoolean refreshing = new AtomicBoolean();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private long timer;

    QueueLife(Vertx vertx, QueueWatch watch, BrokerRelay relay, ActivationMailWorker worker, SignupSettings settings) {
        this.vertx = vertx;
        this.watch = watch;
        this.relay = relay;
        this.worker = worker;
        this.enabled = settings.queue().enabled();
    }

    void start(@Observes StartupEvent event) {
        if (enabled) {
            relay.start();
            timer = vertx.setPeriodic(1, REFRESH_MILLIS, ignored -> refresh());
        }
    }

    void stop(@Observes ShutdownEvent event) {
        if (enabled) {
            vertx.cancelTimer(timer);
            stopped.set(true);
            worker.stop();
            relay.stop();
        }
    }

    private void refresh() {
        if (refreshing.compareAndSet(false, true)) {
            watch.refresh()
                    .onTermination()
                    .invoke(() -> refreshing.set(false))
                    .subscribe()
                    .with(this::workWhenConnected, failure -> LOG.warn("The queue's state is unknown", failure));
        }
    }

    // The queue is there by then: to subscribe to one that is absent would fail, or make it with other settings.
    private void workWhenConnected(QueueStatus status) {
        if (status.connected() && !stopped.get()) {
            worker.start();
        }
    }
}
