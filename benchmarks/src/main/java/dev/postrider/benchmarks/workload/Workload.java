package dev.postrider.benchmarks.workload;

import dev.postrider.benchmarks.broker.Broker;
import dev.postrider.benchmarks.broker.BrokerKind;
import java.util.List;
import java.util.Map;

/** One thing to measure. */
public interface Workload {
    /** Messages that never came, in every result: must be 0. */
    String MISSING = "missing";

    /** Messages that came more than once, in every result. */
    String DUPLICATES = "duplicates";

    /** Publishes and settlements that failed, in every result. */
    String FAILED = "failed";

    /** Processor time of the clients for each message, in microseconds, where it was measured. */
    String CPU_CLIENT = "cpuClient";

    /** As {@link #CPU_CLIENT}, of the broker; of one that keeps its messages in PostgreSQL without that. */
    String CPU_SERVER = "cpuServer";

    /** As {@link #CPU_CLIENT}, of PostgreSQL. */
    String CPU_DATABASE = "cpuDatabase";

    /** When what was measured began, in milliseconds since 1970. */
    String FROM = "from";

    /** When what was measured ended, in milliseconds since 1970. */
    String TO = "to";

    /** Names it on the command line, for instance {@code throughput-100b-random-1x1}. */
    String name();

    /** Heads its column. */
    String title();

    /** The figures to show, in this order. */
    List<Figure> figures();

    /** True if it asks nothing of the broker that this one has not. */
    default boolean suits(BrokerKind kind) {
        return true;
    }

    /** Warms up, measures, and leaves no queue behind. */
    Map<String, Double> run(Broker broker, Effort effort);

    /** What a figure counts. */
    enum Unit {
        PER_SECOND,
        MILLISECONDS,
        /** So many times as many. */
        RATIO
    }

    /**
     * A figure to show.
     *
     * @param name its name in what {@link #run} answers
     * @param unit what it counts
     */
    record Figure(String name, Unit unit) {
        static Figure perSecond(String name) {
            return new Figure(name, Unit.PER_SECOND);
        }

        static Figure ratio(String name) {
            return new Figure(name, Unit.RATIO);
        }

        static Figure millis(String name) {
            return new Figure(name, Unit.MILLISECONDS);
        }
    }
}
