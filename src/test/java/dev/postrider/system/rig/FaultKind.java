package dev.postrider.system.rig;

import java.time.Duration;

/** What can be done to the system, for how long, and how soon it must serve again. */
public enum FaultKind {
    BROKER_KILLED("broker SIGKILLed, started again", Scope.BROKER, 500, 3_000, 10),
    BROKER_PAUSED("broker SIGSTOPped beyond its heartbeat", Scope.BROKER, 11_000, 14_000, 10),
    BROKER_PAUSED_BRIEFLY("broker SIGSTOPped for less", Scope.BROKER, 1_000, 5_000, 10),
    BROKER_RESTARTED("broker stopped in order, started again", Scope.BROKER, 0, 500, 10),
    DATABASE_KILLED("PostgreSQL SIGKILLed, started again", Scope.DATABASE, 0, 2_000, 5),
    DATABASE_RESTARTED("PostgreSQL stopped in order, started again", Scope.DATABASE, 0, 2_000, 5),
    DATABASE_PAUSED("PostgreSQL SIGSTOPped", Scope.DATABASE, 2_000, 8_000, 5),
    STANDBY_PAUSED("standby SIGSTOPped: COMMIT hangs", Scope.DATABASE, 6_000, 10_000, 5),
    STANDBY_KILLED("standby SIGKILLed, started again", Scope.DATABASE, 500, 3_000, 5),
    PROMOTED("primary SIGKILLed, standby promoted", Scope.DATABASE, 500, 2_000, 15),
    PROMOTED_BESIDE_FROZEN("primary SIGSTOPped, standby promoted", Scope.DATABASE, 500, 2_000, 15),
    PROMOTED_AFTER_HANGING("COMMIT hangs, primary SIGKILLed, standby promoted", Scope.DATABASE, 2_000, 6_000, 15),
    NETWORK_CUT("network cut between a broker and PostgreSQL", Scope.BROKER, 1_000, 12_000, 5),
    BLACK_HOLE("black hole between a broker and PostgreSQL", Scope.BROKER, 4_000, 12_000, 5),
    REPLIES_SWALLOWED("PostgreSQL's replies to a broker swallowed", Scope.BROKER, 1_000, 4_000, 5),
    NETWORK_SLOW("100 ms in each direction to PostgreSQL", Scope.DATABASE, 2_000, 5_000, 5),
    DISK_FULL("PostgreSQL's disk full", Scope.DATABASE, 2_000, 5_000, 5),
    BROKER_AND_DATABASE_KILLED("broker and PostgreSQL SIGKILLed at once", Scope.DATABASE, 0, 2_000, 10),

    BROKER_KILLED_AT_RESTART(
            "broker SIGKILLed while PostgreSQL restarts", DATABASE_RESTARTED, BROKER_KILLED, 1_500, 4_000, 10),
    BROKER_PAUSED_AT_PROMOTION(
            "broker SIGSTOPped while the standby is promoted", PROMOTED, BROKER_PAUSED, 13_000, 16_000, 15),
    CUT_AT_FULL_DISK(
            "network of a broker cut while PostgreSQL's disk is full", DISK_FULL, NETWORK_CUT, 3_000, 9_000, 10),
    BROKER_KILLED_AT_HANGING("broker SIGKILLed while COMMIT hangs", STANDBY_PAUSED, BROKER_KILLED, 4_000, 9_000, 10),
    REPLIES_SWALLOWED_AT_CRASH(
            "replies to a broker swallowed while PostgreSQL is SIGKILLed",
            DATABASE_KILLED,
            REPLIES_SWALLOWED,
            1_500,
            6_000,
            10),
    BLACK_HOLE_AT_PROMOTION(
            "black hole before a broker while COMMIT hangs and the standby is promoted",
            PROMOTED_AFTER_HANGING,
            BLACK_HOLE,
            4_000,
            9_000,
            15);

    /** Whom it hits. */
    enum Scope {
        /** One broker: the clients of the others are served on. */
        BROKER,
        /** All of them. */
        DATABASE
    }

    private final String title;
    private final Scope scope;
    private final int shortest;
    private final int longest;
    private final int barSeconds;
    private final FaultKind ofDatabase;
    private final FaultKind ofBroker;

    FaultKind(String title, Scope scope, int shortest, int longest, int barSeconds) {
        this(title, scope, null, null, shortest, longest, barSeconds);
    }

    /** Two that have nothing to do with each other. */
    FaultKind(String title, FaultKind ofDatabase, FaultKind ofBroker, int shortest, int longest, int barSeconds) {
        this(title, Scope.DATABASE, ofDatabase, ofBroker, shortest, longest, barSeconds);
    }

    FaultKind(
            String title,
            Scope scope,
            FaultKind ofDatabase,
            FaultKind ofBroker,
            int shortest,
            int longest,
            int barSeconds) {
        this.ofDatabase = ofDatabase;
        this.ofBroker = ofBroker;
        this.title = title;
        this.scope = scope;
        this.shortest = shortest;
        this.longest = longest;
        this.barSeconds = barSeconds;
    }

    /** For people. */
    public String title() {
        return title;
    }

    Scope scope() {
        return scope;
    }

    /** Whether it is two faults at once, {@link #ofDatabase()} and {@link #ofBroker()}. */
    boolean isPair() {
        return ofDatabase != null;
    }

    /** Null unless it is a pair. */
    FaultKind ofDatabase() {
        return ofDatabase;
    }

    /** Null unless it is a pair. */
    FaultKind ofBroker() {
        return ofBroker;
    }

    int shortestMillis() {
        return shortest;
    }

    int longestMillis() {
        return longest;
    }

    /** Every broker must serve so soon after the cause is gone (the promotion: after it was asked for). */
    Duration bar() {
        return Duration.ofSeconds(barSeconds);
    }
}
