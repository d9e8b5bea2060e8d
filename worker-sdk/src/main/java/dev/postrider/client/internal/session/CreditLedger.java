package dev.postrider.client.internal.session;

/**
 * Turns a subscriber's demand into credit at the broker. Pure.
 *
 * <p>Without prefetch, the credit granted is the demand, of a very great demand a part that is topped up when half of
 * it is used. With prefetch, the messages granted and those buffered here are together at most the prefetch, topped up
 * when half are used, from the first request on.
 */
final class CreditLedger {
    /** What the broker is granted at most at a time. */
    static final int GRANT_MAX = 10_000;

    private final int prefetch;
    private long demand;
    private long granted;
    private int buffered;
    private boolean started;

    /** @param prefetch 0 for none */
    CreditLedger(int prefetch) {
        this.prefetch = prefetch;
    }

    /** The subscriber wants so many more. */
    void requested(long n) {
        started = true;
        long sum = demand + n;
        demand = sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** A message came. False if the broker had no credit for it, which would be its error. */
    boolean arrived() {
        if (granted == 0) {
            return false;
        }
        granted--;
        buffered++;
        return true;
    }

    /** True if a buffered message may go to the subscriber, which then counts as gone. */
    boolean handOut() {
        if (buffered == 0 || demand == 0) {
            return false;
        }
        buffered--;
        if (demand != Long.MAX_VALUE) {
            demand--;
        }
        return true;
    }

    /** How much credit to send now, which then counts as granted; 0 for none. */
    long grant() {
        long target = prefetch > 0 ? prefetch : Math.min(demand, GRANT_MAX);
        long ahead = prefetch > 0 ? granted + buffered : granted;
        boolean inBatches = prefetch > 0 || demand >= GRANT_MAX;
        if (!started || ahead >= target || inBatches && ahead > target / 2) {
            return 0;
        }
        long add = target - ahead;
        granted += add;
        return add;
    }

    /** The link is gone, and with it the credit and what was buffered. */
    void lost() {
        granted = 0;
        buffered = 0;
    }
}
