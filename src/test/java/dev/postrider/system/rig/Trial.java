package dev.postrider.system.rig;

import dev.postrider.system.history.History;
import dev.postrider.system.history.Timeline;
import dev.postrider.system.load.Fleet;
import dev.postrider.system.load.Service;
import dev.postrider.system.process.Eventually;
import dev.postrider.system.rig.FaultKind.Scope;
import dev.postrider.system.rig.Faults.Strike;
import dev.postrider.system.rig.Plan.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Puts a rig under load through the steps of a plan, and measures and judges each. */
public final class Trial {
    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(120);
    /** A dead broker's deliveries are free after 10 s, a forgotten message's lease ends after 10 s. */
    private static final Duration ARRIVAL_LIMIT = Duration.ofSeconds(90);

    private final Rig rig;
    private final Fleet fleet;
    private final List<Outcome> outcomes = new ArrayList<>();

    public Trial(Rig rig, Fleet fleet) {
        this.rig = rig;
        this.fleet = fleet;
    }

    /** Runs one step and tells what came of it. A fault of the product stands in the outcome; nothing is thrown. */
    public Outcome run(Step step) {
        Outcome outcome = measure(step);
        outcomes.add(outcome);
        System.out.println(outcome);
        return outcome;
    }

    /** What has been done so far. */
    public List<Outcome> outcomes() {
        return outcomes;
    }

    private Outcome measure(Step step) {
        History history = fleet.history();
        Outcome outcome = new Outcome(step);
        Eventually.pause(step.calm());
        outcome.beginsAt(history);
        Strike strike = Faults.strike(rig, step);
        try {
            Eventually.that("every broker serves after " + step, RECOVERY_LIMIT, () -> isBackSince(strike.healedAt()));
        } catch (AssertionError e) {
            outcome.fault(e.getMessage() + ": " + whoIsBackSince(strike.healedAt()));
        }
        long recoveredAt = System.nanoTime();
        judge(outcome, strike, recoveredAt);
        strike.afterwards().run();
        awaitArrival(outcome, history.now());
        outcome.endsAt(history);
        return outcome;
    }

    private void judge(Outcome outcome, Strike strike, long recoveredAt) {
        Service service = fleet.service();
        Step step = outcome.step();
        outcome.recovery(millis(timelines()
                        .mapToLong(timeline -> Math.min(timeline.firstAfter(strike.healedAt()), recoveredAt))
                        .max()
                        .orElse(0)
                - strike.healedAt()));
        outcome.gaps(
                millis(service.published().longestGap(strike.struckAt(), recoveredAt)),
                millis(service.delivered().longestGap(strike.struckAt(), recoveredAt)));
        if (step.kind().scope() == Scope.BROKER) {
            IntStream.range(0, rig.size())
                    .filter(broker -> broker != step.broker())
                    .forEach(broker -> outcome.neighbour(
                            broker,
                            millis(service.published(broker).longestGap(strike.struckAt(), strike.healedAt())),
                            millis(service.delivered(broker).longestGap(strike.struckAt(), strike.healedAt()))));
        }
    }

    private Stream<Timeline> timelines() {
        return IntStream.range(0, rig.size()).boxed().flatMap(this::timelines);
    }

    private Stream<Timeline> timelines(int broker) {
        return Stream.of(fleet.service().published(broker), fleet.service().delivered(broker));
    }

    private boolean isBackSince(long healedAt) {
        return timelines().allMatch(timeline -> timeline.firstAfter(healedAt) != Long.MAX_VALUE);
    }

    private String whoIsBackSince(long healedAt) {
        return IntStream.range(0, rig.size())
                .mapToObj(broker -> "broker " + broker + " "
                        + timelines(broker)
                                .map(timeline -> timeline.firstAfter(healedAt) == Long.MAX_VALUE ? "no" : "yes")
                                .collect(Collectors.joining(" and ", "publishes/delivers: ", "")))
                .collect(Collectors.joining("; "));
    }

    /** All that was acknowledged up to now has come, while the load goes on. */
    private void awaitArrival(Outcome outcome, long until) {
        History history = fleet.history();
        try {
            Eventually.that("everything has come that was acknowledged", ARRIVAL_LIMIT, () -> {
                Eventually.pause(Duration.ofMillis(100));
                return history.owed(Long.MIN_VALUE, until).isEmpty();
            });
        } catch (AssertionError e) {
            outcome.fault(e.getMessage() + ", missing "
                    + history.owed(Long.MIN_VALUE, until).size());
        }
    }

    /** The table of all steps so far, to be made when nothing is on its way any more. */
    public String table() {
        return Table.of(outcomes, fleet.history());
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
