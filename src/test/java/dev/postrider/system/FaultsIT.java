package dev.postrider.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.system.history.Verdict;
import dev.postrider.system.load.ClientKind;
import dev.postrider.system.load.Fleet;
import dev.postrider.system.load.SdkClients;
import dev.postrider.system.process.RunningPrograms;
import dev.postrider.system.rig.FaultKind;
import dev.postrider.system.rig.Outcome;
import dev.postrider.system.rig.Plan;
import dev.postrider.system.rig.Rig;
import dev.postrider.system.rig.Trial;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The short plan: three brokers on a primary with its synchronous standby, clients of every kind, and faults that take
 * little time, two of them at once among them. {@code rig.LongRun} does all of them for as long as one likes.
 */
class FaultsIT {
    private static final List<FaultKind> KINDS = List.of(
            FaultKind.BROKER_KILLED,
            FaultKind.BROKER_PAUSED,
            FaultKind.DATABASE_KILLED,
            FaultKind.STANDBY_PAUSED,
            FaultKind.PROMOTED,
            FaultKind.REPLIES_SWALLOWED,
            FaultKind.BROKER_KILLED_AT_RESTART);

    private static final long SEED = Long.getLong("rig.seed", 20261122);
    private static final String QUEUE = "work";

    @RegisterExtension
    private final RunningPrograms programs = new RunningPrograms();

    @Test
    void nothingIsLostAndServiceComesBackByItselfAfterEveryFault() {
        System.out.println("Seed " + SEED);
        Rig rig = Rig.start(programs, 3);
        // A dead broker's deliveries count as an attempt, and so does each return of a message.
        rig.putQueue(QUEUE, "{\"maxAttempts\":100,\"lease\":\"4s\"}");
        Plan plan = new Plan(SEED, rig.possible(KINDS), rig.size());
        Fleet.Temper temper = new Fleet.Temper(150, true);
        try (Fleet fleet = rig.load(QUEUE, temper);
                SdkClients sdk = SdkClients.start(fleet, 2, temper)) {
            fleet.awaitProgress(100, Duration.ofSeconds(120));
            Trial trial = new Trial(rig, fleet);
            for (int i = 0; i < rig.possible(KINDS).size(); i++) {
                trial.run(plan.next());
            }
            sdk.stopPublishing();
            Verdict verdict = fleet.finish(Duration.ofSeconds(120));
            System.out.println(trial.table() + verdict + "\n" + fleet.census().table() + "Refusals: " + fleet.refusals()
                    + "\nSDK: " + sdk.failures() + " " + sdk.unsettled());

            assertThat(verdict.faults()).as("of the whole run").isEmpty();
            assertThat(trial.outcomes()).allSatisfy(outcome -> assertThat(outcome.faults())
                    .as(outcome.step().toString())
                    .isEmpty());
            assertThat(trial.outcomes()).extracting(Outcome::step).hasSizeGreaterThanOrEqualTo(KINDS.size() - 1);
            assertThat(fleet.census().faults(EnumSet.allOf(ClientKind.class), verdict))
                    .isEmpty();
            assertThat(sdk.misconduct()).as("what applications on the SDK saw").isEmpty();
            assertThat(fleet.misconduct())
                    .as("refusals are for later, and say so")
                    .isEmpty();
        }
    }
}
