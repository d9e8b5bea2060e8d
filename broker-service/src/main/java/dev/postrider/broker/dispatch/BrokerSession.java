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
    private long trustedUntilMillis = Long.MAX_VALUE;
    private Map<Long, String> peers = Map.of();

    BrokerSession(DatabaseClock clock) {
        this.clock = clock;
    }

    void enter(Membership membership) {
        brokerId = membership.id();
        // It may get the slot again that it had, and the clock may be a little behind.
        chunkIds = new ChunkIds(membership.slot(), chunkIds == null ? 0 : chunkIds.lastMillis());
        peers = Map.of();
    }

    /** Nobody can have declared this broker dead before that time of its monotonic clock. */
    void trustUntil(long monotonicMillis) {
        trustedUntilMillis = monotonicMillis;
    }

    /**
     * False: the last beat is so long ago that others may have taken over what this broker holds. Until the database
     * says that it lives, it hands out nothing and claims nothing.
     */
    boolean isTrusted() {
        return clock.monotonicMillis() < trustedUntilMillis;
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
