package dev.postrider.broker.simulation;

import java.util.List;

/** Looks after the queues of some worlds: sends dead letters back to work, and seldom empties a queue. */
final class Operator {
    private final World world;
    private final Chance chance;

    Operator(World world) {
        this.world = world;
        this.chance = world.chance().split();
        if (chance.happens(0.5)) {
            later(this::redrive);
        }
        if (chance.happens(0.05)) {
            later(this::purge);
        }
    }

    private void later(Runnable task) {
        world.scheduler().after(chance.between(500, 8_000), () -> {
            if (!world.isAtPeace()) {
                task.run();
            }
        });
    }

    private void redrive() {
        List<BrokerProcess> running = world.running();
        if (!running.isEmpty()) {
            BrokerProcess process = chance.oneOf(running);
            String queue = chance.happens(0.5) ? Wishes.WORK : Wishes.MAIL;
            world.history().redriven(queue);
            process.call(() -> process.queues().redrive(queue, null, null), done -> {});
        }
        later(this::redrive);
    }

    private void purge() {
        List<BrokerProcess> running = world.running();
        if (!running.isEmpty()) {
            BrokerProcess process = chance.oneOf(running);
            String queue = chance.happens(0.5) ? Wishes.WORK : Wishes.MAIL;
            world.history().purged(queue);
            process.call(() -> process.queues().purge(queue), done -> {});
        }
        later(this::purge);
    }
}
