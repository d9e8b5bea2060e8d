package dev.postrider.sample.signup.database;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;

/**
 * Runs database work from any thread. A reactive session belongs to one Vert.x context, and a worker's callback or a
 * timer has none of its own, so each piece of work gets a fresh one. The work runs to its end even when whoever asked
 * for it has gone: a connection that is being acquired would otherwise be lost to the pool.
 */
@ApplicationScoped
public class Sessions {
    private final Vertx vertx;

    Sessions(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Runs work in a new session and transaction; the result arrives on the caller's context. */
    public <T> Uni<T> transact(Supplier<Uni<T>> work) {
        return detached(() -> Panache.withTransaction(work));
    }

    /** Runs work in a new session; the result arrives on the caller's context. */
    public <T> Uni<T> read(Supplier<Uni<T>> work) {
        return detached(() -> Panache.withSession(work));
    }

    private <T> Uni<T> detached(Supplier<Uni<T>> work) {
        return Uni.createFrom().deferred(() -> {
            Context caller = Vertx.currentContext();
            Uni<T> result = Uni.createFrom().emitter(emitter -> freshContext().runOnContext(ignored -> Uni.createFrom()
                    .deferred(() -> work.get())
                    .subscribe()
                    .with(emitter::complete, emitter::fail)));
            return caller == null ? result : result.emitOn(command -> caller.runOnContext(ignored -> command.run()));
        });
    }

    private Context freshContext() {
        Context context = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
        VertxContextSafetyToggle.setContextSafe(context, true);
        return context;
    }
}
