package dev.postrider.system.rig;

import dev.postrider.system.process.BrokerProcess;
import dev.postrider.system.process.Eventually;
import dev.postrider.system.rig.FaultKind.Scope;
import dev.postrider.system.rig.Plan.Step;
import java.time.Duration;
import java.util.List;

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
        boolean possible = kind != FaultKind.DISK_FULL && kind.ofDatabase() != FaultKind.DISK_FULL
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

    /** What begins a fault, and what ends it. */
    private record Harm(Runnable begin, Runnable end) {}

    private void run(Step step) {
        FaultKind kind = step.kind();
        if (kind.isPair()) {
            together(
                    toDatabase(kind.ofDatabase(), step.broker()),
                    toBroker(kind.ofBroker(), step.broker()),
                    step.time().dividedBy(3));
        } else {
            Harm harm = kind.scope() == Scope.BROKER ? toBroker(kind, step.broker()) : toDatabase(kind, step.broker());
            harm.begin.run();
            Eventually.pause(step.time());
            harm.end.run();
        }
    }

    /** The broker's begins within the database's and outlives it: a broker is ready again only where a database is. */
    private void together(Harm ofDatabase, Harm ofBroker, Duration pause) {
        ofDatabase.begin.run();
        Eventually.pause(pause);
        ofBroker.begin.run();
        Eventually.pause(pause);
        ofDatabase.end.run();
        Eventually.pause(pause);
        ofBroker.end.run();
        healed();
    }

    private Harm toBroker(FaultKind kind, int index) {
        BrokerProcess broker = rig.broker(index);
        Rig.Network network = rig.network(index);
        return switch (kind) {
            case BROKER_KILLED -> new Harm(broker::kill, broker::start);
            case BROKER_PAUSED, BROKER_PAUSED_BRIEFLY -> new Harm(broker::freeze, broker::thaw);
            case BROKER_RESTARTED -> new Harm(() -> broker.terminate(STOP_LIMIT), broker::start);
            case NETWORK_CUT -> new Harm(network::cut, network::heal);
            case BLACK_HOLE -> new Harm(network::blackHole, network::heal);
            case REPLIES_SWALLOWED -> new Harm(network::swallowReplies, network::heal);
            default -> throw new IllegalArgumentException(kind.title());
        };
    }

    /** @param index of the broker that some of them hit as well */
    private Harm toDatabase(FaultKind kind, int index) {
        PostgresCluster cluster = rig.cluster();
        PostgresServer primary = cluster.primary();
        PostgresServer standby = cluster.standby();
        BrokerProcess broker = rig.broker(index);
        return switch (kind) {
            case DATABASE_KILLED -> new Harm(primary::kill, primary::start);
            case DATABASE_RESTARTED -> new Harm(primary::stop, primary::start);
            case DATABASE_PAUSED -> new Harm(primary::freeze, primary::thaw);
            case STANDBY_PAUSED -> new Harm(standby::freeze, standby::thaw);
            case STANDBY_KILLED -> new Harm(standby::kill, inTurn(standby::start, cluster::awaitInStep));
            case PROMOTED -> new Harm(primary::kill, this::promote);
            case PROMOTED_BESIDE_FROZEN -> new Harm(primary::freeze, this::promote);
            case PROMOTED_AFTER_HANGING ->
                new Harm(standby::freeze, inTurn(primary::kill, standby::thaw, this::promote));
            case NETWORK_SLOW ->
                new Harm(() -> rig.networks().forEach(network -> network.delay(SLOWNESS)), () -> rig.networks()
                        .forEach(Rig.Network::heal));
            case DISK_FULL -> new Harm(primary.disk()::fill, () -> freeDisk(primary));
            case BROKER_AND_DATABASE_KILLED ->
                new Harm(inTurn(broker::kill, primary::kill), inTurn(primary::start, broker::start));
            default -> throw new IllegalArgumentException(kind.title());
        };
    }

    private static Runnable inTurn(Runnable... all) {
        return () -> List.of(all).forEach(Runnable::run);
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
