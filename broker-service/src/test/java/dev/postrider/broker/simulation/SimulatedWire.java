package dev.postrider.broker.simulation;

import dev.postrider.broker.simulation.model.Exchange;
import dev.postrider.broker.simulation.model.Wire;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The connections of one broker process to the server. */
final class SimulatedWire implements Wire {
    private final SimulatedLoop loop;
    private final SimulatedServer server;
    private final Scheduler scheduler;
    private final Trace trace;
    private final Chance chance;
    private final Supplier<Fate> fates;
    private final Set<Transmission<?>> underWay = new LinkedHashSet<>();

    SimulatedWire(
            SimulatedLoop loop,
            SimulatedServer server,
            Scheduler scheduler,
            Trace trace,
            Chance chance,
            Supplier<Fate> fates) {
        this.loop = loop;
        this.server = server;
        this.scheduler = scheduler;
        this.trace = trace;
        this.chance = chance;
        this.fates = fates;
    }

    @Override
    public <T> Future<T> send(Exchange<T> exchange) {
        return new Transmission<>(this, exchange, fates.get()).start();
    }

    @Override
    public Future<Void> after(long millis) {
        Promise<Void> later = Promise.promise();
        loop.timer(millis, later::complete);
        return later.future();
    }

    void sent(Transmission<?> transmission) {
        underWay.add(transmission);
    }

    void answered(Transmission<?> transmission) {
        underWay.remove(transmission);
    }

    /** Every connection is gone. */
    void cutAll() {
        List.copyOf(underWay).forEach(transmission -> scheduler.after(chance.between(0, 20), transmission::cut));
    }

    /** The process is gone. */
    void die() {
        List.copyOf(underWay).forEach(Transmission::clientGone);
        underWay.clear();
    }

    SimulatedLoop loop() {
        return loop;
    }

    SimulatedServer server() {
        return server;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    Trace trace() {
        return trace;
    }

    Chance chance() {
        return chance;
    }
}
