package dev.postrider.client.internal.session;

import dev.postrider.client.internal.wire.SettleCommand;
import dev.postrider.client.internal.wire.WireMessage;
import io.smallrye.mutiny.Uni;

/** The way by which a message is settled. Safe for any thread. */
public interface Settler {

    /** Lazy, as every {@link Uni}. */
    Uni<Void> settle(SettleCommand command, WireMessage message);
}
