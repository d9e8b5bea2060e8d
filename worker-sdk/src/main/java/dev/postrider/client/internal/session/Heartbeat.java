package dev.postrider.client.internal.session;

/** Says when to ask the peer for a sign of life, and when to take it for gone. Pure: the time comes in. */
public final class Heartbeat {
    /** What to do now. */
    public enum Act {
        NOTHING,
        PING,
        GIVE_UP
    }

    private final long intervalMillis;
    private long lastSign;
    private long lastPing;
    private long lastCheck;

    public Heartbeat(long intervalMillis, long now) {
        this.intervalMillis = intervalMillis;
        this.lastSign = now;
        this.lastPing = now;
        this.lastCheck = now;
    }

    /** The peer was heard. */
    public void sign(long now) {
        lastSign = now;
    }

    /** To be asked several times per interval. */
    public Act check(long now) {
        if (now - lastCheck > intervalMillis) {
            // It was this side that slept: the peer gets another chance to be heard.
            lastSign = Math.max(lastSign, now - intervalMillis);
        }
        lastCheck = now;
        if (now - lastSign >= 2 * intervalMillis) {
            return Act.GIVE_UP;
        }
        if (now - lastPing >= intervalMillis) {
            lastPing = now;
            return Act.PING;
        }
        return Act.NOTHING;
    }
}
