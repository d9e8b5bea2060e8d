package dev.postrider.client.internal.session;

import dev.postrider.client.PostriderException;
import dev.postrider.client.internal.wire.Target;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What waits to be published to one queue or topic, in order, and how it may go: in batches that hold what gathered
 * while the ones before were on their way. Touches no clock and no socket.
 */
final class PublishLane {
    /** So many frames of one queue are on their way at a time; what comes meanwhile makes the next ones bigger. */
    static final int BATCHES_MAX = 4;

    /**
     * With more busy lanes each has one frame on its way: a frame costs client and broker the same with one message as
     * with ten, and what gathers while one is under way leaves in the next.
     */
    static final int CROWD = 16;

    static final int BATCH_MESSAGES_MAX = 5_000;
    /** Measured: of more the broker makes objects that its garbage collector marks the heap for, again and again. */
    static final long BATCH_BYTES_MAX = 256 * 1024;

    final Target target;
    private final Backoff backoff;
    private final Busy busy;
    private final ArrayDeque<PendingPublish> waiting = new ArrayDeque<>();
    private int batchMax = BATCH_MESSAGES_MAX;
    private int onTheirWay;
    private boolean resting;
    private PostriderException lastRefusal;

    /** Belongs to {@link PublishLanes}. */
    boolean isInLine;

    /** How many lanes of a client have batches on their way. */
    static final class Busy {
        private int lanes;
    }

    /** @param busy shared by all lanes of the client */
    PublishLane(Target target, Backoff backoff, Busy busy) {
        this.target = target;
        this.backoff = backoff;
        this.busy = busy;
    }

    void add(PendingPublish publish) {
        waiting.add(publish);
    }

    boolean isIdle() {
        return waiting.isEmpty() && onTheirWay == 0;
    }

    boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    /** True if there is something that only the window can hold back. */
    boolean isReady() {
        return !resting && onTheirWay < batchesMax() && !waiting.isEmpty();
    }

    private int batchesMax() {
        return busy.lanes > CROWD ? 1 : BATCHES_MAX;
    }

    /** The next batch, counted in {@code window} and as on its way; null if there is none to go now. */
    PublishBatch next(PublishBudget window) {
        if (!isReady()) {
            return null;
        }
        List<PendingPublish> batch = new ArrayList<>();
        int company = BATCH_MESSAGES_MAX;
        int count = 0;
        long bytes = 0;
        for (PendingPublish head = waiting.peek(); head != null; head = waiting.peek()) {
            company = Math.min(company, head.companyMax);
            boolean fits =
                    batch.size() < company && count + head.count() <= batchMax && bytes + head.bytes <= BATCH_BYTES_MAX;
            if (!(fits || batch.isEmpty()) || !window.take(head.count(), head.bytes)) {
                break;
            }
            batch.add(waiting.remove());
            count += head.count();
            bytes += head.bytes;
        }
        if (batch.isEmpty()) {
            return null;
        }
        onTheirWay++;
        if (onTheirWay == 1) {
            busy.lanes++;
        }
        return new PublishBatch(batch);
    }

    /** A batch was stored. */
    void stored() {
        ended();
        backoff.reset();
        lastRefusal = null;
        batchMax = Math.min(BATCH_MESSAGES_MAX, batchMax * 2);
    }

    /** A batch came to an end in another way; what is to be sent once more is given to {@link #putBack}. */
    void ended() {
        onTheirWay--;
        if (onTheirWay == 0) {
            busy.lanes--;
        }
    }

    /** Puts publishes back to the head, in their old order. */
    void putBack(List<PendingPublish> publishes) {
        for (int i = publishes.size() - 1; i >= 0; i--) {
            waiting.addFirst(publishes.get(i));
        }
    }

    /**
     * The broker has no room for {@code batch} now. The lane rests for the answered milliseconds, until
     * {@link #rested}, and then tries smaller batches: a nearly full queue may have room for those.
     */
    long rest(PublishBatch batch, PostriderException refusal) {
        resting = true;
        lastRefusal = refusal;
        batchMax = Math.max(1, batch.count / 2);
        long wait = backoff.next();
        return Math.max(
                wait, refusal.retryAfter().map(after -> after.toMillis()).orElse(0L));
    }

    void rested() {
        resting = false;
    }

    /** Takes out what waits past its deadline. Only the head is looked at: it is the oldest, or nearly. */
    void expire(long nowNanos, Consumer<PendingPublish> to) {
        while (!waiting.isEmpty() && nowNanos - waiting.peek().deadlineNanos > 0) {
            to.accept(waiting.remove());
        }
    }

    /** Takes out all that waits. */
    List<PendingPublish> clear() {
        List<PendingPublish> all = new ArrayList<>(waiting);
        waiting.clear();
        return all;
    }

    /** Why what waits still waits: the broker's last refusal, or null. */
    PostriderException lastRefusal() {
        return lastRefusal;
    }
}
