package dev.postrider.system.rig;

import dev.postrider.system.history.Verdict;
import dev.postrider.system.load.ClientKind;
import dev.postrider.system.load.Fleet;
import dev.postrider.system.load.SdkClients;
import dev.postrider.system.process.RunningPrograms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The long plan: faults from a seed until the time is over, then one table. The loads held, the losses and the
 * outages stand in it.
 *
 * <p>System properties: {@code rig.minutes} (10), {@code rig.seed} (the time), {@code rig.brokers} (3),
 * {@code rig.kinds} (all; names of {@link FaultKind}, separated by commas), {@code rig.pause} (40; greatest pause
 * of a publisher in milliseconds), {@code rig.sdk} (4; clients of the worker SDK, 1 at least), {@code rig.failing}
 * (true: consumers return and forget some), {@code rig.stop} (false: go on after something was wrong).
 */
public final class LongRun {
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(90);

    private LongRun() {}

    /** Runs it without a test around it. */
    public static void main(String... arguments) {
        RunningPrograms programs =
                RunningPrograms.in("LongRun-" + ProcessHandle.current().pid());
        List<String> wrong;
        try {
            wrong = run(programs);
        } finally {
            programs.close();
        }
        System.out.println(wrong.isEmpty() ? "Nothing was wrong." : "WRONG:\n" + String.join("\n", wrong));
        System.exit(wrong.isEmpty() ? 0 : 1);
    }

    /** Runs it and prints the table. Returns everything that was wrong; empty if all was well. */
    public static List<String> run(RunningPrograms programs) {
        long seed = Long.getLong("rig.seed", System.currentTimeMillis());
        int brokers = Integer.getInteger("rig.brokers", 3);
        System.out.println("Seed " + seed + " (repeat with -Drig.seed=" + seed + ")");
        Rig rig = Rig.start(programs, brokers);
        // A dead broker's deliveries count as an attempt; hours of deaths must not use them up.
        rig.putQueue("work", "{\"maxAttempts\":1000,\"lease\":\"10s\"}");
        Plan plan = new Plan(seed, rig.possible(kinds()), brokers);
        boolean failing = !"false".equals(System.getProperty("rig.failing"));
        List<String> wrong = new ArrayList<>();
        Fleet.Temper temper = new Fleet.Temper(Integer.getInteger("rig.pause", 40), failing);
        try (Fleet fleet = rig.load("work", temper);
                SdkClients sdk = SdkClients.start(fleet, Integer.getInteger("rig.sdk", 4), temper)) {
            fleet.awaitProgress(100, Duration.ofSeconds(30));
            Trial trial = new Trial(rig, fleet);
            long begin = System.nanoTime();
            long end = begin + TimeUnit.MINUTES.toNanos(Long.getLong("rig.minutes", 10));
            while (System.nanoTime() < end && (wrong.isEmpty() || !Boolean.getBoolean("rig.stop"))) {
                Outcome outcome = trial.run(plan.next());
                outcome.faults().forEach(fault -> wrong.add(outcome.step() + ": " + fault));
                outcome.late().forEach(late -> wrong.add(outcome.step() + ": " + late));
            }
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
            sdk.stopPublishing();
            Verdict verdict = fleet.finish(DRAIN_LIMIT);
            wrong.addAll(verdict.faults());
            wrong.addAll(fleet.misconduct());
            wrong.addAll(sdk.misconduct());
            wrong.addAll(fleet.census().faults(EnumSet.allOf(ClientKind.class), verdict));
            System.out.println("\n" + trial.table() + "\n" + brokers + " brokers, " + seconds + " s, "
                    + verdict.acknowledged() / Math.max(1, seconds) + " messages/s acknowledged, seed " + seed + ".\n"
                    + verdict + "\n\n" + fleet.census().table() + "\nRefusals: " + fleet.refusals()
                    + "\nWhat applications on the SDK saw: " + sdk.failures() + ", settlements not taken "
                    + sdk.unsettled()
                    + fleet.history().traces());
        }
        return wrong;
    }

    private static List<FaultKind> kinds() {
        String names = System.getProperty("rig.kinds", "");
        return names.isEmpty()
                ? List.of(FaultKind.values())
                : Arrays.stream(names.split(",")).map(FaultKind::valueOf).toList();
    }
}
