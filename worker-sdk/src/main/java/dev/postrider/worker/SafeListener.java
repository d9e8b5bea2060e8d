package dev.postrider.worker;

import java.time.Duration;
import java.util.function.Consumer;

/** Keeps a worker safe from its listener. */
final class SafeListener implements WorkerListener {
    private static final System.Logger LOG = System.getLogger("dev.postrider.worker");

    private final WorkerListener listener;

    SafeListener(WorkerListener listener) {
        this.listener = listener;
    }

    private void tell(Consumer<WorkerListener> fact) {
        try {
            fact.accept(listener);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "A worker's listener failed", e);
        }
    }

    @Override
    public void started(Delivery delivery) {
        tell(to -> to.started(delivery));
    }

    @Override
    public void succeeded(Delivery delivery, Duration took) {
        tell(to -> to.succeeded(delivery, took));
    }

    @Override
    public void failed(Delivery delivery, Throwable cause, Duration took) {
        tell(to -> to.failed(delivery, cause, took));
    }

    @Override
    public void rejected(Delivery delivery, Throwable cause, Duration took) {
        tell(to -> to.rejected(delivery, cause, took));
    }

    @Override
    public void leaseLost(Delivery delivery) {
        tell(to -> to.leaseLost(delivery));
    }

    @Override
    public void subscriptionRefused(Throwable cause, Duration nextTry) {
        tell(to -> to.subscriptionRefused(cause, nextTry));
    }
}
