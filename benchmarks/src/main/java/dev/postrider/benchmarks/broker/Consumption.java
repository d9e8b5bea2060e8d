package dev.postrider.benchmarks.broker;

/**
 * How a consumer takes messages.
 *
 * @param credit how many unsettled messages it may hold for each queue, 0 for what suits the client best
 * @param settleAlone true if every message is settled by a call of its own as soon as it is done, and not with others
 */
public record Consumption(int credit, boolean settleAlone) {

    /** As fast as the client can: its best prefetch, settled in batches. */
    public static Consumption streaming() {
        return new Consumption(0, false);
    }

    /** Jobs: a few at a time, each settled alone. */
    public static Consumption jobs(int credit) {
        return new Consumption(credit, true);
    }

    int creditOr(int best) {
        return credit == 0 ? best : credit;
    }
}
