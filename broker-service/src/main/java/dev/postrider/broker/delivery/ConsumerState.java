package dev.postrider.broker.delivery;

/**
 * What one consumer may still take, and how much it holds. Owned by its {@link QueueCore}; not thread-safe.
 *
 * <p>Credit is Reactive Streams' request(n): a message costs one. Where credit returns (a stream with a bound on
 * what is unsettled), settling or losing a message gives it back.
 */
public final class ConsumerState {
    /** Credit beyond this is as good as unbounded and is cut off, so that sums cannot overflow. */
    public static final int CREDIT_MAX = 1_000_000_000;

    /** As long as it has been unable to take anything for no more than this, it is thought to go on. */
    private static final long MOMENT_MILLIS = 100;

    private final long leaseMillis;
    private final boolean creditReturns;
    private int credit;
    private int held;
    private boolean writable = true;
    private long stoppedMillis;
    private boolean present = true;
    private boolean givesBack;

    /**
     * A consumer that has not joined yet.
     *
     * @param leaseMillis how long it may hold a message unsettled
     * @param credit how many it takes at first, 0 up
     * @param creditReturns whether settling gives credit back
     */
    public ConsumerState(long leaseMillis, int credit, boolean creditReturns) {
        this.leaseMillis = leaseMillis;
        this.creditReturns = creditReturns;
        this.credit = Math.min(credit, CREDIT_MAX);
    }

    /** How many messages it would take now. */
    int appetite() {
        return present && writable ? credit : 0;
    }

    void addCredit(int more) {
        credit = (int) Math.min(CREDIT_MAX, (long) credit + more);
    }

    void setWritable(boolean value, long nowMillis) {
        if (writable && !value) {
            stoppedMillis = nowMillis;
        }
        writable = value;
    }

    /** How many messages it would take now or in a moment: a socket is full for an instant all the time. */
    int prospect(long nowMillis) {
        return present && (writable || nowMillis - stoppedMillis < MOMENT_MILLIS) ? credit : 0;
    }

    void leave() {
        present = false;
    }

    /** It has left, and wants nothing kept for it. */
    void giveBack() {
        givesBack = true;
    }

    boolean givesBack() {
        return givesBack;
    }

    boolean isPresent() {
        return present;
    }

    void take() {
        if (credit <= 0) {
            throw new IllegalStateException("A consumer was handed a message without credit");
        }
        credit--;
        held++;
    }

    /** A message it held has ended, one way or another. */
    void drop() {
        held--;
        if (creditReturns) {
            addCredit(1);
        }
    }

    long leaseMillis() {
        return leaseMillis;
    }

    /** Messages handed to it and not settled. */
    public int held() {
        return held;
    }

    public int credit() {
        return credit;
    }
}
