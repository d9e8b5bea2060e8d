package dev.postrider.sample.signup.journey;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Tells watchers that there is something new to read. The table is the truth: a watcher that is slow skips
 * announcements and misses nothing. Safe for any thread.
 */
public final class Announcements {
    private final List<Consumer<UUID>> watchers = new CopyOnWriteArrayList<>();

    /** Tells the watchers that {@code id} has something new. */
    public void announce(UUID id) {
        watchers.forEach(watcher -> watcher.accept(id));
    }

    /** Emits on every announcement of {@code id}, until cancelled; what a slow reader has missed is emitted once. */
    public Multi<UUID> of(UUID id) {
        return announcements().select().where(id::equals).onOverflow().dropPreviousItems();
    }

    /** Emits the id of every announcement, until cancelled; a slow reader misses some. */
    public Multi<UUID> all() {
        return announcements().onOverflow().dropPreviousItems();
    }

    private Multi<UUID> announcements() {
        return Multi.createFrom()
                .emitter(
                        emitter -> {
                            Consumer<UUID> watcher = emitter::emit;
                            watchers.add(watcher);
                            emitter.onTermination(() -> watchers.remove(watcher));
                        },
                        BackPressureStrategy.LATEST);
    }
}
