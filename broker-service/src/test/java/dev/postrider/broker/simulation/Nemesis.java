package dev.postrider.broker.simulation;

import java.util.List;

/** Breaks things, one after the other, until the bad time is over. */
final class Nemesis {
    private final World world;
    private final Chance chance;
    private final int restMillis;
    /** Some worlds suffer mostly from one thing: what needs several of its kind is found there. */
    private final int favourite;

    private final double bias;
    private int faults;

    Nemesis(World world) {
        this.world = world;
        this.chance = world.chance().split();
        this.restMillis = chance.happens(0.1) ? 1_000_000 : chance.between(500, 8_000);
        this.favourite = chance.between(0, 99);
        this.bias = chance.happens(0.4) ? 0.9 : 0;
        next();
    }

    private void next() {
        world.scheduler().after(chance.between(1, 2 * restMillis), () -> {
            if (!world.isAtPeace()) {
                strike();
                next();
            }
        });
    }

    private void strike() {
        List<BrokerProcess> running = world.running();
        if (running.isEmpty()) {
            return;
        }
        faults++;
        BrokerProcess victim = chance.oneOf(running);
        int kind = chance.happens(bias) ? favourite : chance.between(0, 99);
        if (kind < 25) {
            note("crash", victim);
            victim.crash();
            restartLater(victim);
        } else if (kind < 35) {
            note("leave", victim);
            victim.leave().onComplete(done -> restartLater(victim));
        } else if (kind < 60) {
            pause(victim);
        } else if (kind < 70) {
            note("database away", victim);
            world.loseDatabase();
            after(chance.between(50, 9_000), world.server()::comeBack);
        } else if (kind < 80) {
            note("database stands still", victim);
            world.server().freeze(chance.between(100, 9_000));
        } else if (kind < 90) {
            pauseQueue(victim);
        } else {
            note("restart", victim);
            victim.crash();
            world.restart(victim);
        }
    }

    private void note(String fault, BrokerProcess victim) {
        world.trace().note("FAULT", fault.hashCode(), fault + " " + victim);
    }

    private void restartLater(BrokerProcess victim) {
        if (world.isAtPeace() || chance.happens(0.8)) {
            after(chance.between(100, 12_000), () -> {
                if (!victim.isUp()) {
                    world.restart(victim);
                }
            });
        }
    }

    private void pause(BrokerProcess victim) {
        note("pause", victim);
        victim.pause();
        after(nap(), () -> {
            note("resume", victim);
            victim.resume();
        });
    }

    /** Short, long, or just so long that the others are about to find out. */
    private int nap() {
        return switch (chance.between(0, 3)) {
            case 0 -> chance.between(10, 3_000);
            case 1 -> chance.between(3_000, 16_000);
            default -> chance.between(8_000, 11_000);
        };
    }

    private void pauseQueue(BrokerProcess by) {
        note("pause queue", by);
        String queue = chance.happens(0.5) ? Wishes.WORK : Wishes.MAIL;
        by.call(() -> by.queues().pause(queue, true), done -> {});
        after(chance.between(100, 5_000), () -> {
            List<BrokerProcess> running = world.running();
            if (!running.isEmpty()) {
                BrokerProcess other = chance.oneOf(running);
                other.call(() -> other.queues().pause(queue, false), done -> {});
            }
        });
    }

    private void after(int millis, Runnable task) {
        world.scheduler().after(millis, task);
    }

    int faults() {
        return faults;
    }
}
