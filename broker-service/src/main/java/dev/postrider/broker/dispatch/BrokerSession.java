package dev.postrider.broker.dispatch;

import dev.postrider.broker.store.BrokerRegistry.Membership;
import java.util.Map;

/**
 * Under which id this broker lives at present, and who else does. Replaced as a whole when it comes back after a
 * pause.
 */
final class BrokerSession {
    private final DatabaseClock clock;
    private long brokerId;
    private ChunkIds chunkIds;
    private Map<Long, String> peers = Map.of();

    BrokerSession(DatabaseClock clock) {
        this.clock = clock;
    }

    void enter(Membership membership) {
        clock.set(membership.nowMillis());
        brokerId = membership.id();
        chunkIds = new ChunkIds(membership.slot());
        peers = Map.of();
    }

    /** 0 before the broker has joined. */
    long brokerId() {
        return brokerId;
    }

    /** The database's clock. */
    long nowMillis() {
        return clock.nowMillis();
    }

    long nextChunkId() {
        return chunkIds.next(clock.nowMillis());
    }

    /** Addresses of the other brokers by id, as of the last heartbeat. */
    Map<Long, String> peers() {
        return peers;
    }

    void setPeers(Map<Long, String> value) {
        peers = value;
    }
}
