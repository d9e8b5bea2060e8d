package dev.postrider.benchmarks.workload;

import dev.postrider.benchmarks.broker.Broker;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * An open loop at a fixed rate, one producer and one consumer: milliseconds from the instant a message was meant to
 * be sent to its receipt, so that a stall of the broker counts for every message that it held up.
 */
final class Latency implements Workload {
    private static final long MICROS_MAX = TimeUnit.MINUTES.toMicros(10);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(60);

    private final int perSecond;

    Latency(int perSecond) {
        this.perSecond = perSecond;
    }

    @Override
    public String name() {
        return "latency-" + perSecond;
    }

    @Override
    public String title() {
        return String.format(Locale.ROOT, "%,d/s, p50 / p99 ms", perSecond);
    }

    @Override
    public List<Figure> figures() {
        return List.of(Figure.millis("p50"), Figure.millis("p99"));
    }

    @Override
    public Map<String, Double> run(Broker broker, Effort effort) {
        Shape shape = Shape.of(1, 1, RandomBodies::new, 100).forLatency();
        try (Flow flow = new Flow(broker, name(), shape)) {
            flow.consume();
            flow.pace(perSecond, effort.warmUp(), nanos -> {}).awaitSettled(DRAIN_LIMIT);
            Histogram micros = new ConcurrentHistogram(MICROS_MAX, 3);
            Ledger measured = flow.pace(perSecond, effort.measured(), intended -> record(micros, intended));
            measured.awaitSettled(DRAIN_LIMIT);
            Map<String, Double> figures = figures(micros);
            measured.addFaults(figures);
            return figures;
        }
    }

    private static void record(Histogram micros, long sinceNanos) {
        long elapsed = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - sinceNanos);
        micros.recordValue(Math.max(0, Math.min(MICROS_MAX, elapsed)));
    }

    /** The percentiles of a histogram of microseconds, in milliseconds. */
    static Map<String, Double> figures(Histogram micros) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("p50", micros.getValueAtPercentile(50) / 1_000.0);
        figures.put("p99", micros.getValueAtPercentile(99) / 1_000.0);
        figures.put("p99.9", micros.getValueAtPercentile(99.9) / 1_000.0);
        figures.put("max", micros.getMaxValue() / 1_000.0);
        return figures;
    }
}
