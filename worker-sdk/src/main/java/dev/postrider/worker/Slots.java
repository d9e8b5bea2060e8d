package dev.postrider.worker;

/**
 * Counts what a worker holds and says how many more messages it wants: as many as handlers may run, but not while too
 * many settlements are unconfirmed. Pure but for its lock; safe for any thread.
 */
final class Slots {
    /** Settlements that may be on their way while new messages are taken. */
    static final int SETTLING_MAX = 1_000;

    private final int concurrency;
    private int requested;
    private int running;
    private int settling;
    private boolean closed;

    Slots(int concurrency) {
        this.concurrency = concurrency;
    }

    /** How many messages to request now, which then count as requested. */
    synchronized int claim() {
        if (closed || settling >= SETTLING_MAX) {
            return 0;
        }
        int free = concurrency - running - requested;
        requested += free;
        return free;
    }

    /** A requested message came. False if it must not be started, because the worker stops. */
    synchronized boolean start() {
        requested--;
        if (closed) {
            return false;
        }
        running++;
        return true;
    }

    /** A handler ended. */
    synchronized void end() {
        running--;
    }

    /** A message is being settled. */
    synchronized void beginSettling() {
        settling++;
    }

    /** The broker has answered a settlement, or it failed. */
    synchronized void endSettling() {
        settling--;
    }

    /** The subscription ended; what it was asked for will not come. */
    synchronized void forgetRequests() {
        requested = 0;
    }

    /** No more are wanted. */
    synchronized void close() {
        closed = true;
    }

    synchronized boolean isIdle() {
        return running == 0 && settling == 0;
    }
}
