package dev.postrider.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.system.history.Load;
import dev.postrider.system.history.Verdict;
import dev.postrider.system.process.BrokerProcess;
import dev.postrider.system.process.Eventually;
import dev.postrider.system.process.RunningPrograms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The broker, or the database under it, is killed while three publishers and three consumers work. */
class CrashIT {
    private static final String QUEUE = "work";
    /** How long it takes is printed, not asserted: the machine has other things to do. */
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final int PROGRESS = 300;
    private static final int BROKER_KILLS = 2;
    private static final int DATABASE_KILLS = 2;
    private static final long SEED = 20261121;

    @RegisterExtension
    private final RunningPrograms programs = new RunningPrograms();

    private final SplittableRandom random = new SplittableRandom(SEED);

    @Test
    void nothingIsLostOrInventedWhenTheBrokerIsKilledAgainAndAgain() {
        BrokerProcess broker = startedBroker();
        List<Duration> starts = new ArrayList<>();
        try (Load load = Load.start(broker.api(), QUEUE, 3, 3)) {
            for (int kill = 0; kill < BROKER_KILLS; kill++) {
                load.awaitProgress(PROGRESS, PATIENCE);
                Eventually.pause(Duration.ofMillis(random.nextInt(300)));
                broker.kill();
                starts.add(broker.start());
            }
            load.awaitProgress(PROGRESS, PATIENCE);
            Verdict verdict = load.finish(PATIENCE);
            report("Broker killed " + BROKER_KILLS + " times", load, verdict, starts);

            assertNothingLostOrInvented(load, verdict);
        }
    }

    @Test
    void nothingIsLostOrInventedWhenPostgresIsKilledUnderTheBroker() {
        BrokerProcess broker = startedBroker();
        List<Duration> outages = new ArrayList<>();
        try (Load load = Load.start(broker.api(), QUEUE, 3, 3)) {
            for (int kill = 0; kill < DATABASE_KILLS; kill++) {
                load.awaitProgress(PROGRESS, PATIENCE);
                Eventually.pause(Duration.ofMillis(random.nextInt(300)));
                long before = System.nanoTime();
                assertThat(broker.databaseProcess().orElseThrow().destroyForcibly())
                        .isTrue();
                load.awaitProgress(PROGRESS, PATIENCE);
                broker.awaitReady(PATIENCE);
                outages.add(Duration.ofNanos(System.nanoTime() - before));
            }
            Verdict verdict = load.finish(PATIENCE);
            report("PostgreSQL killed " + DATABASE_KILLS + " times", load, verdict, outages);

            assertThat(broker.isAlive()).as("the broker survives its database").isTrue();
            assertNothingLostOrInvented(load, verdict);
        }
    }

    private BrokerProcess startedBroker() {
        BrokerProcess broker = programs.broker();
        broker.start();
        // A dead broker's deliveries count as an attempt; its deaths must not use them up.
        broker.api().putQueue(QUEUE, "{\"maxAttempts\":100,\"lease\":\"5s\"}");
        return broker;
    }

    private static void assertNothingLostOrInvented(Load load, Verdict verdict) {
        assertThat(verdict.acknowledged()).isGreaterThan(PROGRESS);
        assertThat(verdict.lost()).as("lost").isEmpty();
        assertThat(verdict.invented()).as("invented").isEmpty();
        assertThat(verdict.revived())
                .as("delivered again after they were settled")
                .isEmpty();
        assertThat(load.refusals())
                .as("refusals are for later, and say so")
                .allMatch(refusal -> refusal.contains(" 503 "));
    }

    private static void report(String what, Load load, Verdict verdict, List<Duration> times) {
        System.out.println(what + ": " + verdict + "; unanswered " + load.unanswered() + ", refused " + load.refusals()
                + ", ms until back " + times.stream().map(Duration::toMillis).toList());
    }
}
