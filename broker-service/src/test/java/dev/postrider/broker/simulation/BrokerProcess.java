package dev.postrider.broker.simulation;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.Broker;
import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.dispatch.DispatchSettings;
import dev.postrider.broker.dispatch.QueueService;
import dev.postrider.broker.dispatch.SettleService;
import dev.postrider.broker.dispatch.TopicService;
import dev.postrider.broker.event.BrokerListener;
import dev.postrider.broker.maintenance.Maintenance;
import dev.postrider.broker.maintenance.MaintenanceSettings;
import dev.postrider.protocol.ProblemCode;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A broker as a process: all that is real of it, from its start to its end. */
final class BrokerProcess {
    static final MaintenanceSettings MAINTENANCE = MaintenanceSettings.DEFAULTS;

    private final String address;
    private final int life;
    private final Scheduler scheduler;
    private final Chance chance;
    private final SimulatedLoop loop;
    private final SimulatedWire wire;
    private final Broker broker;
    private final Consumers consumers;
    private final Maintenance maintenance;
    private final SettleService settler;
    private final QueueService queues;
    private final TopicService topics;
    private final List<Runnable> connections = new ArrayList<>();
    private boolean up = true;

    /** What a process is made of. */
    record Parts(
            Scheduler scheduler,
            Chance chance,
            SimulatedLoop loop,
            SimulatedWire wire,
            Stores stores,
            DispatchSettings settings,
            SettleService.Forwarder forwarder) {}

    BrokerProcess(String address, int life, Parts parts, Defect defect) {
        this.address = address;
        this.life = life;
        this.scheduler = parts.scheduler();
        this.chance = parts.chance();
        this.loop = parts.loop();
        this.wire = parts.wire();
        Stores stores = parts.stores();
        this.broker = new Broker(
                loop,
                stores.messages(),
                stores.queues(),
                stores.topics(),
                stores.signals(),
                parts.settings(),
                BrokerListener.NONE);
        this.consumers = defect.consumers(broker);
        this.settler = new SettleService(broker, parts.forwarder());
        this.queues =
                new QueueService(broker, stores.queues(), stores.messages(), stores.deadLetters(), stores.signals());
        this.topics = new TopicService(broker, stores.topics());
        this.maintenance = new Maintenance(
                broker,
                new Maintenance.Stores(stores.messages(), stores.brokers(), stores.maintenance(), stores.signals()),
                loop,
                MAINTENANCE,
                address);
    }

    /** Joins; a process whose first look at the database fails ends, and its orchestrator starts another. */
    Future<Void> start() {
        return maintenance.start();
    }

    /** Leaves in order and ends. */
    Future<Void> leave() {
        return maintenance.stop().onComplete(done -> scheduler.after(0, this::crash));
    }

    /** Ends at once. */
    void crash() {
        if (up) {
            up = false;
            loop.die();
            wire.die();
            List.copyOf(connections).forEach(connection -> scheduler.after(chance.between(0, 50), connection));
            connections.clear();
        }
    }

    void pause() {
        loop.pause();
    }

    void resume() {
        if (loop.isPaused()) {
            loop.resume();
        }
    }

    /**
     * Sends a request over the network and brings the answer back, unless the connection or the process goes.
     *
     * @param onAnswer gets the failure {@code unavailable} when no answer came in time
     */
    <T> void call(Supplier<Future<T>> request, Consumer<Future<T>> onAnswer) {
        Call<T> call = new Call<>(onAnswer);
        scheduler.after(chance.hop(), () -> call.arrive(request));
        scheduler.after(Call.PATIENCE_MILLIS, call::lose);
    }

    /** A request and its answer. */
    private final class Call<T> {
        private static final long PATIENCE_MILLIS = 15_000;

        private final Consumer<Future<T>> onAnswer;
        private final Runnable onCut = this::lose;
        private boolean over;

        Call(Consumer<Future<T>> onAnswer) {
            this.onAnswer = onAnswer;
        }

        void arrive(Supplier<Future<T>> request) {
            if (!up) {
                lose();
                return;
            }
            connections.add(onCut);
            request.get()
                    .onComplete(done -> scheduler.after(
                            chance.hop(),
                            () -> end(
                                    done.succeeded()
                                            ? Future.succeededFuture(done.result())
                                            : Future.failedFuture(done.cause()))));
        }

        void lose() {
            end(Future.failedFuture(new BrokerException(ProblemCode.UNAVAILABLE, "The connection was lost")));
        }

        private void end(Future<T> answer) {
            if (!over) {
                over = true;
                connections.remove(onCut);
                onAnswer.accept(answer);
            }
        }
    }

    /** Calls {@code listener} if the process ends. */
    void onEnd(Runnable listener) {
        connections.add(listener);
    }

    boolean isUp() {
        return up;
    }

    boolean isPaused() {
        return loop.isPaused();
    }

    String address() {
        return address;
    }

    Broker broker() {
        return broker;
    }

    Consumers consumers() {
        return consumers;
    }

    SettleService settler() {
        return settler;
    }

    QueueService queues() {
        return queues;
    }

    TopicService topics() {
        return topics;
    }

    SimulatedLoop loop() {
        return loop;
    }

    SimulatedWire wire() {
        return wire;
    }

    @Override
    public String toString() {
        return address + "#" + life;
    }
}
