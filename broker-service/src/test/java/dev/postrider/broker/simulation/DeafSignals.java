package dev.postrider.broker.simulation;

import dev.postrider.broker.store.WakeSignals;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.function.Consumer;

/** Signals that nobody hears. */
final class DeafSignals implements WakeSignals {
    @Override
    public Future<Void> listen(Consumer<Signal> onSignal) {
        return Future.succeededFuture();
    }

    @Override
    public void work(Collection<Integer> queueIds) {}

    @Override
    public void changed(int queueId) {}

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }
}
