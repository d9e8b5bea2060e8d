package dev.postrider.client.internal.session;

import dev.postrider.client.internal.wire.Target;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The lanes of a client's queues and topics, and which of them sends next. Those that have something to send stand in
 * line, so that a thousand others cost nothing. Touches no clock and no socket.
 */
final class PublishLanes {
    private static final int RETRY_FIRST_MILLIS = 50;
    private static final int RETRY_LONGEST_MILLIS = 5_000;

    private final Map<Target, PublishLane> lanes = new LinkedHashMap<>();
    private final ArrayDeque<PublishLane> line = new ArrayDeque<>();
    private final PublishLane.Busy busy = new PublishLane.Busy();

    /** A batch that is to be sent now, counted in the window and as on its way. */
    record Turn(PublishLane lane, PublishBatch batch) {}

    PublishLane of(Target target) {
        return lanes.computeIfAbsent(
                target,
                name -> new PublishLane(
                        name,
                        new Backoff(RETRY_FIRST_MILLIS, RETRY_LONGEST_MILLIS, () -> ThreadLocalRandom.current()
                                .nextDouble()),
                        busy));
    }

    /** To be told whenever a lane may have got something to send; it stands in line once at most. */
    void lineUp(PublishLane lane) {
        if (lane.isReady() && !lane.isInLine) {
            lane.isInLine = true;
            line.add(lane);
        }
    }

    /**
     * The next batch; null if nothing can go. Each lane has one batch in turn, so that a busy queue leaves room in the
     * window for others; who finds no room is the first when there is some.
     */
    Turn next(PublishBudget window) {
        for (PublishLane lane = line.peek(); lane != null; lane = line.peek()) {
            PublishBatch batch = lane.next(window);
            if (batch == null && lane.isReady()) {
                return null;
            }
            line.remove();
            lane.isInLine = false;
            if (batch != null) {
                lineUp(lane);
                return new Turn(lane, batch);
            }
        }
        return null;
    }

    Collection<PublishLane> all() {
        return lanes.values();
    }

    boolean haveWaiting() {
        return lanes.values().stream().anyMatch(PublishLane::hasWaiting);
    }

    /** True if nothing waits and nothing is on its way. */
    boolean areIdle() {
        return lanes.values().stream().allMatch(PublishLane::isIdle);
    }

    void forgetIdle() {
        lanes.values().removeIf(PublishLane::isIdle);
    }

    /** Takes out all that waits. */
    List<PendingPublish> clear() {
        List<PendingPublish> all = new ArrayList<>();
        lanes.values().forEach(lane -> all.addAll(lane.clear()));
        forgetIdle();
        return all;
    }
}
