package dev.postrider.broker.simulation;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Of a fair queue, a tenant who sends little does not wait for one who floods it: while a message of the one is ready
 * and nobody has claimed it, few of the other are handed out.
 */
final class NoTenantStarves extends Invariant {
    /** Two quanta, as one tenant sends through several brokers; what was claimed before and given back is far less. */
    private static final int MOST = 200;

    private final World world;
    /** By id of the modest one's message: how many of the other were handed out meanwhile. */
    private final Map<String, Integer> waiting = new LinkedHashMap<>();

    NoTenantStarves(World world) {
        this.world = world;
    }

    @Override
    void acknowledged(Published message, String id) {
        if (message.tenant != null && !message.tenant.equals(Tenants.FLOODING)) {
            waiting.put(id, 0);
        }
    }

    @Override
    void handedOut(HandOut handOut) {
        if (handOut.message == null || !Tenants.FLOODING.equals(handOut.message.tenant) || handOut.attempt > 1) {
            return;
        }
        int queueId = world.model().tables().queue(handOut.queue).id();
        waiting.keySet().removeIf(id -> !isReady(queueId, id));
        waiting.replaceAll((id, count) -> count + 1);
        waiting.forEach((id, count) -> {
            if (count > MOST) {
                throw broken(
                        "The message " + id + " is ready since " + count + " of another tenant, the last " + handOut);
            }
        });
    }

    private boolean isReady(int queueId, String id) {
        long chunkId = Long.parseLong(id.substring(0, 13), 32);
        return world.model().tables().isReady(queueId, chunkId, Integer.parseInt(id.substring(14), 32));
    }
}
