package dev.postrider.system.rig;

import dev.postrider.system.process.BrokerProcess;
import dev.postrider.system.process.Eventually;
import dev.postrider.system.rig.Plan.Step;
import java.time.Duration;

/** Does the harm, and mends it. */
final class Faults {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final Duration SLOWNESS = Duration.ofMillis(100);

    private final Rig rig;
    private long struckAt;
    private long healedAt;
    private Runnable afterwards = () -> {};

    private Faults(Rig rig) {
        this.rig = rig;
    }

    /**
     * What was done.
     *
     * @param struckAt when it began; nanoseconds, as the next
     * @param healedAt when its cause was gone, from which on service must come back
     * @param afterwards what is left to do once service is back
     */
    record Strike(long struckAt, long healedAt, Runnable afterwards) {}

    /** Whether this kind can be done here; where not, it says so aloud. */
    static boolean isPossible(Rig rig, FaultKind kind) {
        boolean possible = kind != FaultKind.DISK_FULL
                || rig.cluster().servers().stream()
                        .allMatch(server -> server.disk().isBounded());
        if (!possible) {
            System.err.println("################################################################");
            System.err.println("# No file system may be mounted here: '" + kind.title() + "' is SKIPPED");
            System.err.println("################################################################");
        }
        return possible;
    }

    /** Does what {@code step} says and returns when its cause is gone. */
    static Strike strike(Rig rig, Step step) {
        Faults faults = new Faults(rig);
        faults.struckAt = System.nanoTime();
        faults.run(step);
        if (faults.healedAt == 0) {
            faults.healed();
        }
        return new Strike(faults.struckAt, faults.healedAt, faults.afterwards);
    }

    private void run(Step step) {
        switch (step.kind().scope()) {
            case BROKER -> harmBroker(step);
            case DATABASE -> harmDatabase(step);
            default -> throw new IllegalArgumentException(step.toString());
        }
    }

    private void harmBroker(Step step) {
        BrokerProcess broker = rig.broker(step.broker());
        Rig.Network network = rig.network(step.broker());
        switch (step.kind()) {
            case BROKER_KILLED -> {
                broker.kill();
                Eventually.pause(step.time());
                broker.start();
            }
            case BROKER_PAUSED, BROKER_PAUSED_BRIEFLY -> {
                broker.freeze();
                Eventually.pause(step.time());
                broker.thaw();
            }
            case BROKER_RESTARTED -> {
                broker.terminate(STOP_LIMIT);
                Eventually.pause(step.time());
                broker.start();
            }
            case NETWORK_CUT -> during(step, network::cut, network::heal);
            case BLACK_HOLE -> during(step, network::blackHole, network::heal);
            case REPLIES_SWALLOWED -> during(step, network::swallowReplies, network::heal);
            default -> throw new IllegalArgumentException(step.toString());
        }
    }

    private void harmDatabase(Step step) {
        PostgresCluster cluster = rig.cluster();
        PostgresServer primary = cluster.primary();
        PostgresServer standby = cluster.standby();
        switch (step.kind()) {
            case DATABASE_KILLED -> during(step, primary::kill, primary::start);
            case DATABASE_RESTARTED -> during(step, primary::stop, primary::start);
            case DATABASE_PAUSED -> during(step, primary::freeze, primary::thaw);
            case STANDBY_PAUSED -> during(step, standby::freeze, standby::thaw);
            case STANDBY_KILLED ->
                during(step, standby::kill, () -> {
                    standby.start();
                    cluster.awaitInStep();
                });
            case PROMOTED -> during(step, primary::kill, this::promote);
            case PROMOTED_BESIDE_FROZEN -> during(step, primary::freeze, this::promote);
            case PROMOTED_AFTER_HANGING -> {
                during(step, standby::freeze, primary::kill);
                standby.thaw();
                promote();
            }
            case NETWORK_SLOW ->
                during(step, () -> rig.networks().forEach(network -> network.delay(SLOWNESS)), () -> rig.networks()
                        .forEach(Rig.Network::heal));
            case DISK_FULL -> during(step, primary.disk()::fill, () -> freeDisk(primary));
            case BROKER_AND_DATABASE_KILLED -> {
                BrokerProcess broker = rig.broker(step.broker());
                broker.kill();
                during(step, primary::kill, primary::start);
                broker.start();
            }
            default -> throw new IllegalArgumentException(step.toString());
        }
    }

    private static void during(Step step, Runnable harm, Runnable mend) {
        harm.run();
        Eventually.pause(step.time());
        mend.run();
    }

    private void promote() {
        healed();
        rig.cluster().promote();
        afterwards = rig.cluster()::attachStandby;
    }

    /** A server that found no room for its log has ended; whoever makes room starts it again. */
    private static void freeDisk(PostgresServer server) {
        server.disk().free();
        Eventually.that("there is a database again", LIMIT, () -> {
            if (!server.isAlive()) {
                server.launch();
            }
            return server.isAnswering();
        });
    }

    private void healed() {
        healedAt = System.nanoTime();
    }
}
