package dev.postrider.broker.transport.websocket;

import dev.postrider.broker.transport.PublishBudget;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.util.concurrent.TimeUnit;

/**
 * Decides when a socket is read: not while too many of its frames wait for their outcome, not while the broker holds
 * as many bytes of publishes as it may, and not while the client leaves its replies unread. So a client that sends
 * too fast is slowed down by TCP instead of being refused. Belongs to the socket's event loop.
 */
final class Inflow {
    private static final int IN_FLIGHT_MAX = 256;
    private static final long BUDGET_RETRY_MILLIS = 5;
    /** How long a message in parts waits for room to come, which others in parts may be holding. */
    private static final long GATHER_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

    private final Vertx vertx;
    private final ServerWebSocket socket;
    private final PublishBudget budget;
    private final long messageBytesMax;
    private final Runnable noRoom;
    private final Runnable opened;
    private int inFlight;
    /** Bytes that are taken for the parts of a message that has not ended. */
    private long gathered;

    private boolean waitsForBudget;
    private boolean repliesPile;
    private boolean paused;
    private boolean over;

    /**
     * @param messageBytesMax the most that a message in parts may need
     * @param noRoom runs when a message in parts has waited too long for room
     * @param opened runs before the socket is read again
     */
    Inflow(
            Vertx vertx,
            ServerWebSocket socket,
            PublishBudget budget,
            long messageBytesMax,
            Runnable noRoom,
            Runnable opened) {
        this.vertx = vertx;
        this.socket = socket;
        this.budget = budget;
        this.messageBytesMax = messageBytesMax;
        this.noRoom = noRoom;
        this.opened = opened;
    }

    /** A frame has begun whose outcome comes later. */
    void begin() {
        inFlight++;
        update();
    }

    /** Its outcome has come. */
    void end() {
        inFlight--;
        update();
    }

    /** False: nothing more is to be taken now. */
    boolean isOpen() {
        return !paused;
    }

    /** True while outcomes are awaited. */
    boolean isBusy() {
        return inFlight > 0 || waitsForBudget;
    }

    /** True if the socket is not read because the broker is busy, so that the client cannot be heard. */
    boolean isHeldUp() {
        return !over && (inFlight >= IN_FLIGHT_MAX || waitsForBudget);
    }

    void repliesPile(boolean up) {
        repliesPile = up;
        update();
    }

    /** Takes room for a part of a message that goes on. Nothing is read until there is some. */
    void gather(long bytes) {
        gather(bytes, System.nanoTime());
    }

    private void gather(long bytes, long since) {
        if (over) {
            return;
        }
        if (budget.arriving().tryTakePart(bytes, messageBytesMax, this)) {
            gathered += bytes;
            waitsForBudget = false;
            update();
        } else if (System.nanoTime() - since > GATHER_NANOS_MAX) {
            noRoom.run();
        } else {
            waitsForBudget = true;
            update();
            vertx.setTimer(BUDGET_RETRY_MILLIS, timer -> gather(bytes, since));
        }
    }

    /** Gives back what was gathered. */
    void dropGathered() {
        budget.arriving().giveBack(gathered);
        budget.arriving().hasAll(this);
        gathered = 0;
    }

    /** True if room is scarce, so that nobody should hold any for long. */
    boolean isTight() {
        return budget.arriving().isTight();
    }

    /** Runs {@code act} once {@code bytes} are taken of the budget; nothing is read until then. */
    void admit(long bytes, Runnable act) {
        if (over) {
            return;
        }
        if (budget.tryTake(bytes)) {
            // Before anything else is taken that came behind it.
            waitsForBudget = false;
            act.run();
            update();
        } else {
            waitsForBudget = true;
            update();
            vertx.setTimer(BUDGET_RETRY_MILLIS, timer -> admit(bytes, act));
        }
    }

    /** Gives back what was taken to be admitted. */
    void giveBack(long bytes) {
        budget.giveBack(bytes);
    }

    /** From now on everything is read, to see the end of it. */
    void finish() {
        over = true;
        dropGathered();
        update();
    }

    private void update() {
        boolean pause = !over && (inFlight >= IN_FLIGHT_MAX || waitsForBudget || repliesPile);
        if (pause == paused) {
            return;
        }
        paused = pause;
        if (pause) {
            socket.pause();
            return;
        }
        opened.run();
        if (!paused) {
            socket.resume();
        }
    }
}
