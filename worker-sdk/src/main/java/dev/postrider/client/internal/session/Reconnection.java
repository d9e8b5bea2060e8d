package dev.postrider.client.internal.session;

import dev.postrider.client.internal.wire.BrokerChoice;
import dev.postrider.client.internal.wire.Endpoint;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where to connect again, and when: to the next broker at once, and after a wait when all of them have failed in turn.
 * On the event loop only.
 */
public final class Reconnection {
    private final BrokerChoice brokers;
    private final long longestMillis;
    private final Backoff backoff;
    private int failedInTurn;

    public Reconnection(BrokerChoice brokers, LinkTiming timing) {
        this.brokers = brokers;
        this.longestMillis = timing.reconnectLongest().toMillis();
        this.backoff = new Backoff(timing.reconnectFirst().toMillis(), longestMillis, () -> ThreadLocalRandom.current()
                .nextDouble());
    }

    /** A link that was open is lost: one that lasted begins the waits anew. */
    public void lost(long lastedMillis) {
        if (lastedMillis > longestMillis) {
            backoff.reset();
            failedInTurn = 0;
        }
    }

    /**
     * That broker does not serve, or does so no more. Answers how many milliseconds to wait before the next try.
     *
     * @param least what the brokers ask for, unless another one is next; 0 for none
     */
    public long failed(Endpoint broker, long least) {
        brokers.moveFrom(broker);
        failedInTurn++;
        return failedInTurn % brokers.size() == 0 ? backoff.next(least) : 0;
    }
}
