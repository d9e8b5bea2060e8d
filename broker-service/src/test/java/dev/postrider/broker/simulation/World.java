package dev.postrider.broker.simulation;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.SettleService;
import dev.postrider.broker.dispatch.Settler;
import dev.postrider.broker.simulation.model.Model;
import dev.postrider.broker.simulation.model.ModelPorts;
import dev.postrider.broker.simulation.model.Wire;
import dev.postrider.broker.store.QueueStore;
import dev.postrider.protocol.ProblemCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/** One database, some places where brokers run, and what goes on between them. */
final class World {
    /** The database's clock at the beginning. */
    private static final long DAWN_MILLIS = 1_790_000_000_000L;

    private static final int MINUTE_MILLIS = 60_000;

    private final Scheduler scheduler = new Scheduler();
    private final Trace trace = new Trace(scheduler);
    private final Chance chance;
    private final Wishes wishes;
    private final Weather weather;
    private final Defect defect;
    private final Model model;
    private final SimulatedServer server;
    private final Signals signals;
    private final History history;
    private final List<BrokerProcess> processes = new ArrayList<>();
    private int lives;
    private boolean atPeace;
    private RuntimeException thrown;

    World(Chance chance, Defect defect) {
        this.chance = chance;
        this.defect = defect;
        this.wishes = Wishes.of(chance.split());
        this.weather = new Weather(chance.split());
        this.model = new Model(() -> DAWN_MILLIS + scheduler.nowMillis());
        this.server = new SimulatedServer(model, scheduler, chance.split());
        this.signals = new Signals(scheduler, server, chance.split(), weather);
        this.history = new History(scheduler, trace, Promises.of(this));
        QueueStore queues = ModelPorts.of(model, new Wire.Immediate()).queues();
        if (wishes.hasGrave()) {
            queues.createIfAbsent(Wishes.GRAVE, wishes.settingsOf(Wishes.GRAVE));
        }
        queues.createIfAbsent(Wishes.WORK, wishes.work());
        queues.createIfAbsent(Wishes.MAIL, wishes.mail());
        if (wishes.hasTopic()) {
            ModelPorts.of(model, new Wire.Immediate()).topics().createIfAbsent(Wishes.NEWS);
        }
        defect.spoil(model);
        for (int i = 0; i < wishes.brokers(); i++) {
            processes.add(start("host-" + i));
        }
    }

    private BrokerProcess start(String address) {
        SimulatedLoop loop = new SimulatedLoop(
                scheduler, chance.source(), chance.between(-20, 20) * (long) MINUTE_MILLIS, this::threw);
        SimulatedWire wire = new SimulatedWire(loop, server, scheduler, trace, chance.split(), weather::next);
        BrokerProcess process = new BrokerProcess(
                address,
                ++lives,
                new BrokerProcess.Parts(
                        scheduler,
                        chance.split(),
                        loop,
                        wire,
                        defect.stores(Stores.of(ModelPorts.of(model, wire), signals.of(loop))),
                        wishes.settings(),
                        this::forward),
                defect);
        trace.note("starts", lives, process);
        process.start();
        return process;
    }

    private void threw(RuntimeException e) {
        if (thrown == null) {
            thrown = e;
        }
    }

    /** What a broker threw on its loop; null: nothing. */
    RuntimeException thrown() {
        return thrown;
    }

    /** Starts another process where that one was, which must have ended. */
    void restart(BrokerProcess ended) {
        int place = processes.indexOf(ended);
        if (place >= 0) {
            processes.set(place, start(ended.address()));
        }
    }

    private Future<Settler.Settled> forward(String address, SettleService.Request request, List<String> receipts) {
        Promise<Settler.Settled> answer = Promise.promise();
        BrokerProcess target = processes.stream()
                .filter(process -> process.address().equals(address))
                .findFirst()
                .orElseThrow();
        target.call(() -> settle(target.settler(), request, receipts), answer::handle);
        return answer.future();
    }

    private static Future<Settler.Settled> settle(
            Settler settler, SettleService.Request request, List<String> receipts) {
        return switch (request.call()) {
            case "ack" -> settler.ack(request.queue(), receipts);
            case "nack" -> settler.nack(request.queue(), receipts, request.millis(), request.reason());
            case "dead-letter" -> settler.deadLetter(request.queue(), receipts, request.reason());
            case "extend" -> settler.extend(request.queue(), receipts, request.millis());
            default -> Future.failedFuture(new BrokerException(ProblemCode.NOT_FOUND, request.call()));
        };
    }

    /** The server goes down, and with it every connection. */
    void loseDatabase() {
        server.goAway();
        processes.forEach(process -> process.wire().cutAll());
    }

    /** Everything works again: whatever was broken is repaired, and nothing breaks any more. */
    void heal() {
        atPeace = true;
        weather.clear();
        server.comeBack();
        for (BrokerProcess process : List.copyOf(processes)) {
            process.resume();
            if (!process.isUp()) {
                restart(process);
            }
        }
    }

    /** True once nothing breaks any more. */
    boolean isAtPeace() {
        return atPeace;
    }

    /** Those that take connections. */
    List<BrokerProcess> running() {
        return processes.stream().filter(BrokerProcess::isUp).toList();
    }

    /** True if the database counts this broker among the living. */
    boolean lives(long brokerId) {
        return model.tables().knows(brokerId);
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

    Wishes wishes() {
        return wishes;
    }

    Model model() {
        return model;
    }

    SimulatedServer server() {
        return server;
    }

    History history() {
        return history;
    }
}
