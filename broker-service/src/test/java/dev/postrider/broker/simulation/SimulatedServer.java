package dev.postrider.broker.simulation;

import dev.postrider.broker.simulation.model.Model;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The database server as a process: it can be away, start anew, and stand still. */
final class SimulatedServer {
    private final Model model;
    private final Scheduler scheduler;
    private final Chance chance;
    private final Set<Transmission<?>> open = new LinkedHashSet<>();
    private final List<Transmission<?>> waiting = new ArrayList<>();
    private final List<Runnable> onReturn = new ArrayList<>();
    private final Set<Long> releasedLate = new HashSet<>();
    private boolean away;
    private int life;
    private long frozenUntilMillis;

    SimulatedServer(Model model, Scheduler scheduler, Chance chance) {
        this.model = model;
        this.scheduler = scheduler;
        this.chance = chance;
    }

    boolean isAway() {
        return away;
    }

    /** Which start of the server this is: what was sent to an earlier one never arrives. */
    int life() {
        return life;
    }

    /** Calls {@code listener} whenever the server has come back. */
    void onReturn(Runnable listener) {
        onReturn.add(listener);
    }

    /** Runs a step of the server so much later, or when it moves again; steps that piled up come in any order. */
    void step(long delayMillis, Runnable step) {
        int sentTo = life;
        scheduler.after(delayMillis, () -> {
            if (life != sentTo || away) {
                return;
            }
            if (scheduler.nowMillis() < frozenUntilMillis) {
                step(frozenUntilMillis - scheduler.nowMillis() + chance.between(0, 8), step);
            } else {
                step.run();
            }
        });
    }

    /** Stands still for a while, all connections with it. */
    void freeze(long millis) {
        frozenUntilMillis = Math.max(frozenUntilMillis, scheduler.nowMillis() + millis);
    }

    void opened(Transmission<?> transmission) {
        open.add(transmission);
    }

    void waits(Transmission<?> transmission) {
        waiting.add(transmission);
    }

    /** The transaction is over, and what it had locked is free. */
    void over(Transmission<?> transmission) {
        open.remove(transmission);
        waiting.remove(transmission);
        List<Transmission<?>> again = List.copyOf(waiting);
        waiting.clear();
        again.forEach(Transmission::begin);
    }

    /** Something of these chunks was given back after its sender had given up. */
    void tookLate(List<Long> chunkIds) {
        releasedLate.addAll(chunkIds);
    }

    boolean wasReleasedLate(long chunkId) {
        return releasedLate.contains(chunkId);
    }

    /** Goes down: every connection is cut, what is not committed never happened. */
    void goAway() {
        away = true;
        life++;
        frozenUntilMillis = 0;
        waiting.clear();
        List<Transmission<?>> lost = List.copyOf(open);
        open.clear();
        lost.forEach(Transmission::serverGone);
    }

    void comeBack() {
        if (away) {
            away = false;
            model.restarted();
            onReturn.forEach(Runnable::run);
        }
    }
}
