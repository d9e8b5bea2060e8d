package dev.postrider.system.rig;

import dev.postrider.system.history.History;
import dev.postrider.system.rig.Plan.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What came of one fault. Times in milliseconds. */
public final class Outcome {
    /** After a broker's death or trouble the clients of the others must be served within this. */
    private static final Duration NEIGHBOURS_BAR = Duration.ofSeconds(2);

    private final Step step;
    private final List<String> faults = new ArrayList<>();
    private final List<String> late = new ArrayList<>();
    private long from;
    private long to;
    private int acknowledged;
    private int duplicated;
    private long recovery;
    private long neighbours = -1;
    private String neighbourGaps = "";
    private long publishGap;
    private long deliveryGap;
    private List<String> faultsBefore = List.of();

    Outcome(Step step) {
        this.step = step;
    }

    void beginsAt(History history) {
        from = history.now();
        acknowledged = -history.acknowledgedCount();
        duplicated = -history.duplicatedCount();
        faultsBefore = history.faults();
    }

    void endsAt(History history) {
        to = history.now();
        acknowledged += history.acknowledgedCount();
        duplicated += history.duplicatedCount();
        history.faults().stream().filter(fault -> !faultsBefore.contains(fault)).forEach(faults::add);
    }

    void fault(String what) {
        faults.add(what);
    }

    /** From the end of the cause until the last broker both takes and delivers messages. */
    void recovery(long millis) {
        recovery = millis;
        bar("every broker serves again", millis, step.kind().bar());
    }

    /** The longest times in which a broker that was not hit acknowledged no publish and delivered nothing. */
    void neighbour(int broker, long publish, long delivery) {
        neighbours = Math.max(neighbours, Math.max(publish, delivery));
        neighbourGaps += " " + publish + "/" + delivery;
        bar("clients of broker " + broker + " may publish again", publish, NEIGHBOURS_BAR);
        bar("clients of broker " + broker + " get messages again", delivery, NEIGHBOURS_BAR);
    }

    /** The longest times in which no publish was acknowledged and nothing was delivered at all. */
    void gaps(long publish, long delivery) {
        publishGap = publish;
        deliveryGap = delivery;
    }

    private void bar(String what, long millis, Duration bar) {
        if (millis > bar.toMillis()) {
            late.add(what + " after " + millis + " ms, the bar is " + bar.toMillis());
        }
    }

    /** The fault that was done. */
    public Step step() {
        return step;
    }

    /** Everything that is wrong; empty if all is well. What is lost is known at the end of the trial only. */
    public List<String> faults() {
        return faults;
    }

    /** What came back later than its bar, which on a busy machine may be the machine's doing. */
    public List<String> late() {
        return late;
    }

    long from() {
        return from;
    }

    long to() {
        return to;
    }

    int acknowledged() {
        return acknowledged;
    }

    int duplicated() {
        return duplicated;
    }

    long recovery() {
        return recovery;
    }

    long neighbours() {
        return neighbours;
    }

    long publishGap() {
        return publishGap;
    }

    long deliveryGap() {
        return deliveryGap;
    }

    @Override
    public String toString() {
        return step + ": acknowledged " + acknowledged + ", duplicated " + duplicated + ", without publish "
                + publishGap + " ms, without delivery " + deliveryGap + " ms, all brokers back after " + recovery
                + " ms"
                + (neighbours < 0 ? "" : ", neighbours publish/deliver" + neighbourGaps + " ms")
                + (late.isEmpty() ? "" : ", LATE: " + late)
                + (faults.isEmpty() ? "" : ", WRONG: " + faults);
    }
}
