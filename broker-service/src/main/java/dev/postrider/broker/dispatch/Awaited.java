package dev.postrider.broker.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A state that tasks wait for. Whoever changes what it depends on {@linkplain #look looks}. Not thread-safe. */
final class Awaited {
    private final BooleanSupplier state;
    private final List<Runnable> tasks = new ArrayList<>();

    Awaited(BooleanSupplier state) {
        this.state = state;
    }

    /** Runs the task once it is so, now if it is. */
    void then(Runnable task) {
        tasks.add(task);
        look();
    }

    /** Runs what has waited, if it is so now. */
    void look() {
        if (!tasks.isEmpty() && state.getAsBoolean()) {
            List<Runnable> due = List.copyOf(tasks);
            tasks.clear();
            due.forEach(Runnable::run);
        }
    }
}
