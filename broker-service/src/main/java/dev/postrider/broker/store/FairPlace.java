package dev.postrider.broker.store;

/**
 * Where deliveries of fair queues stand: each priority is a part of its own, and within it they go by place, which is
 * the virtual time from which on the first of their records has its turn. Virtual time is reckoned in units, of which
 * a record takes {@link #RECORD}.
 */
public final class FairPlace {
    /** Of one record: so many commits may find the same turn to be next, and their deliveries are still told apart. */
    public static final long RECORD = 1 << 12;

    /** The part of the highest priority; those of ordered queues are far below. */
    public static final int FIRST_PART = 10_000;

    public static final int LAST_PART = FIRST_PART + 9;

    /**
     * By this many units the clock passes in a millisecond while nothing waits: a thousand records, more than any
     * queue hands out, so that whoever has been served then has no debts.
     */
    public static final long UNITS_PER_MILLI = 1_000 * RECORD;

    /** Since 2020: until 2091 the units are numbers of 63 bits. */
    public static final long EPOCH_MILLIS = 1_577_836_800_000L;

    private FairPlace() {}

    /** The part of a priority, 0 to 9: the higher the priority, the lower the part. */
    public static int part(int priority) {
        return LAST_PART - priority;
    }

    public static boolean isFair(int part) {
        return part >= FIRST_PART;
    }

    /** The virtual time at that time of the database's clock if nothing waits. */
    public static long ofMillis(long millis) {
        return (millis - EPOCH_MILLIS) * UNITS_PER_MILLI;
    }
}
