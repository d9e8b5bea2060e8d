package dev.postrider.broker.simulation;

import dev.postrider.broker.store.WakeSignals;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** NOTIFY between the brokers: late, doubled or lost, as faults have it. */
final class Signals {
    private final Scheduler scheduler;
    private final SimulatedServer server;
    private final Chance chance;
    private final Weather weather;
    private final List<Ear> ears = new ArrayList<>();

    /** One broker's end. */
    private final class Ear implements WakeSignals {
        private final SimulatedLoop loop;
        private Consumer<Signal> onSignal;

        Ear(SimulatedLoop loop) {
            this.loop = loop;
        }

        @Override
        public Future<Void> listen(Consumer<Signal> listener) {
            onSignal = listener;
            ears.add(this);
            return Future.succeededFuture();
        }

        @Override
        public void work(Collection<Integer> queueIds) {
            tell(this, new Signal(Signal.Kind.WORK, List.copyOf(queueIds)));
        }

        @Override
        public void changed(int queueId) {
            tell(this, new Signal(Signal.Kind.CHANGED, List.of(queueId)));
        }

        @Override
        public Future<Void> close() {
            ears.remove(this);
            return Future.succeededFuture();
        }

        private void hear(Signal signal) {
            loop.execute(() -> onSignal.accept(signal));
        }
    }

    Signals(Scheduler scheduler, SimulatedServer server, Chance chance, Weather weather) {
        this.scheduler = scheduler;
        this.server = server;
        this.chance = chance;
        this.weather = weather;
        server.onReturn(() -> List.copyOf(ears)
                .forEach(
                        ear -> scheduler.after(chance.between(5, 500), () -> ear.hear(WakeSignals.Signal.EVERYTHING))));
    }

    WakeSignals of(SimulatedLoop loop) {
        return new Ear(loop);
    }

    private void tell(Ear from, WakeSignals.Signal signal) {
        server.step(chance.between(0, 20), () -> {
            for (Ear ear : List.copyOf(ears)) {
                int copies = ear == from ? 0 : weather.copiesOfSignal();
                for (int i = 0; i < copies; i++) {
                    scheduler.after(chance.between(0, 40), () -> ear.hear(signal));
                }
            }
        });
    }
}
