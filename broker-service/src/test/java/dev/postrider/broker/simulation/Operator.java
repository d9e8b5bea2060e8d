package dev.postrider.broker.simulation;

import java.util.List;
import java.util.function.BiConsumer;

/** Looks after the queues of some worlds: sends dead letters back to work, and seldom empties a queue. */
final class Operator {
    private final World world;
    private final Chance chance;

    Operator(World world) {
        this.world = world;
        this.chance = world.chance().split();
        if (chance.happens(0.5)) {
            again(this::redrive);
        }
        if (chance.happens(0.05)) {
            again(this::purge);
        }
    }

    /** Does it to one of the queues through one of the brokers, time after time. */
    private void again(BiConsumer<BrokerProcess, String> task) {
        world.scheduler().after(chance.between(500, 8_000), () -> {
            if (!world.isAtPeace()) {
                List<BrokerProcess> running = world.running();
                if (!running.isEmpty()) {
                    task.accept(chance.oneOf(running), chance.happens(0.5) ? Wishes.WORK : Wishes.MAIL);
                }
                again(task);
            }
        });
    }

    private void redrive(BrokerProcess process, String queue) {
        world.history().redriven(queue);
        process.call(() -> process.queues().redrive(queue, null, null), done -> {});
    }

    private void purge(BrokerProcess process, String queue) {
        world.history().purged(queue);
        process.call(() -> process.queues().purge(queue), done -> {});
    }
}
