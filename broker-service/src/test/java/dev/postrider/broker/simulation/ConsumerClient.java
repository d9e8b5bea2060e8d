package dev.postrider.broker.simulation;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.dispatch.Delivered;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;

/** Takes messages over one connection after the other, and does with them what clients do. */
final class ConsumerClient {
    private final World world;
    private final Chance chance;
    private final String name;
    private final String queue;
    private final Settling settling;
    private Session session;
    private Consumers.Consumer handle;
    private int sessions;
    private boolean patient;

    ConsumerClient(World world, String name, String queue) {
        this.world = world;
        this.chance = world.chance().split();
        this.name = name;
        this.queue = queue;
        this.settling = new Settling(world, chance.split());
        world.scheduler().after(chance.between(0, 1_000), this::connect);
    }

    private void connect() {
        List<BrokerProcess> running = world.running();
        if (session != null) {
            return;
        }
        if (running.isEmpty()) {
            connectLater();
            return;
        }
        BrokerProcess process = chance.oneOf(running);
        long lease = chance.happens(0.5) ? 0 : chance.between(1_000, 6_000);
        Consumers.Options options =
                new Consumers.Options(lease, chance.between(patient ? 1 : 0, 8), chance.happens(0.5));
        long leaseMillis =
                lease > 0 ? lease : world.wishes().settingsOf(queue).lease().millis();
        Session opened = new Session(name + "." + ++sessions, queue, process, options, leaseMillis);
        session = opened;
        process.onEnd(() -> drop(opened));
        process.call(() -> join(opened), answer -> joined(opened, answer));
        if (!patient && options.credit() == 0) {
            world.scheduler().after(chance.between(10, 500), () -> grant(opened, chance.between(1, 5)));
        }
    }

    private Future<Consumers.Consumer> join(Session opened) {
        world.history().granted(opened, opened.options.credit());
        return opened.process.consumers().join(queue, opened.options, new Connection(opened));
    }

    private void joined(Session opened, Future<Consumers.Consumer> answer) {
        if (answer.failed()) {
            drop(opened);
        } else if (opened.gone) {
            order(opened, () -> leaveNow(opened, answer.result()));
        } else {
            handle = answer.result();
            if (!patient) {
                world.scheduler().after(chance.between(100, 9_000), () -> tire(opened));
            }
        }
    }

    /** The broker's end of a connection. */
    private final class Connection implements Consumers.Sink {
        private final Session of;

        Connection(Session of) {
            this.of = of;
        }

        @Override
        public void deliver(List<Delivered> messages) {
            long at = of.process.loop().postedMillis();
            List<HandOut> handOuts = messages.stream()
                    .map(message -> world.history().handedOut(of, message, at))
                    .toList();
            world.scheduler().after(chance.hop(), () -> receive(of, handOuts));
        }

        @Override
        public void closed(BrokerException reason) {
            left(of);
            world.scheduler().after(chance.hop(), () -> drop(of));
        }
    }

    private void receive(Session of, List<HandOut> handOuts) {
        if (of.gone) {
            return;
        }
        Consumer<Integer> onDone = of.options.creditReturns() ? count -> {} : count -> grant(of, count);
        settling.take(handOuts, patient, onDone);
    }

    private void grant(Session of, int credit) {
        if (of.gone) {
            return;
        }
        if (handle == null) {
            // The first messages may come before the answer to joining does.
            world.scheduler().after(20, () -> grant(of, credit));
            return;
        }
        Consumers.Consumer target = handle;
        order(of, () -> {
            world.history().granted(of, credit);
            target.credit(credit);
        });
    }

    /** Has had enough of this connection, one way or another. */
    private void tire(Session of) {
        if (of.gone || patient || handle == null) {
            return;
        }
        Consumers.Consumer target = handle;
        switch (chance.between(0, 5)) {
            case 0 -> {
                drop(of);
                order(of, () -> leaveNow(of, target));
            }
            case 1 -> {
                drop(of);
                order(of, target::detach);
            }
            case 2 -> {
                // Its cable is pulled: the broker notices much later.
                drop(of);
                world.scheduler().after(chance.between(1_000, 20_000), () -> order(of, () -> leaveNow(of, target)));
            }
            case 3 -> {
                order(of, () -> target.writable(false));
                world.scheduler().after(chance.between(10, 6_000), () -> order(of, () -> target.writable(true)));
                again(of);
            }
            default -> again(of);
        }
    }

    private void again(Session of) {
        world.scheduler().after(chance.between(100, 9_000), () -> tire(of));
    }

    private void order(Session of, Runnable order) {
        of.process.call(
                () -> {
                    order.run();
                    return Future.succeededFuture();
                },
                done -> {});
    }

    private void leaveNow(Session of, Consumers.Consumer target) {
        target.leave();
        // Behind the leaving on the loop, but ahead of what follows from it: a paused process takes its time.
        of.process.loop().execute(() -> left(of));
    }

    private void left(Session of) {
        if (!of.left) {
            of.left = true;
            of.leftAtMillis = world.scheduler().nowMillis();
        }
    }

    private void drop(Session of) {
        of.gone = true;
        if (of.equals(session)) {
            session = null;
            handle = null;
            connectLater();
        }
    }

    private void connectLater() {
        world.scheduler().after(chance.between(10, patient ? 500 : 1_500), this::connect);
    }

    /** From now on it takes what it gets, acknowledges it, and stays where it is. */
    void becomePatient() {
        patient = true;
        Session before = session;
        if (before != null) {
            Consumers.Consumer target = handle;
            drop(before);
            if (target != null) {
                order(before, () -> leaveNow(before, target));
            }
        }
    }
}
