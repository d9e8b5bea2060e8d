package dev.postrider.benchmarks.report;

import dev.postrider.benchmarks.broker.BrokerKind;
import dev.postrider.benchmarks.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A Markdown table, a row for each broker and a column for each workload. */
final class Table {
    private static final double THOUSAND = 1_000;

    private final Results results;
    private final List<BrokerKind> brokers;
    private final List<Workload> workloads;

    Table(Results results, List<BrokerKind> brokers, List<Workload> workloads) {
        this.results = results;
        this.brokers = brokers;
        this.workloads = workloads;
    }

    String markdown() {
        StringBuilder text = new StringBuilder("| broker | durability |");
        workloads.forEach(workload -> text.append(' ').append(workload.title()).append(" |"));
        text.append("\n| --- | --- |").append(" --- |".repeat(workloads.size())).append('\n');
        for (BrokerKind broker : brokers) {
            text.append("| ")
                    .append((broker.title() + " " + results.versionOf(broker.name())).trim())
                    .append(" | ")
                    .append(broker.syncs() ? broker.durability() : "**" + broker.durability() + "**")
                    .append(" |");
            workloads.forEach(
                    workload -> text.append(' ').append(cell(broker, workload)).append(" |"));
            text.append('\n');
        }
        return text.toString();
    }

    /** Microseconds of processor time for each message; empty if none were measured. */
    String processorTime() {
        List<Workload> timed = workloads.stream()
                .filter(workload -> brokers.stream().anyMatch(broker -> hasProcessorTime(broker, workload)))
                .toList();
        if (timed.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("| broker |");
        timed.forEach(workload -> text.append(' ').append(workload.name()).append(" |"));
        text.append("\n| --- |").append(" --- |".repeat(timed.size())).append('\n');
        for (BrokerKind broker : brokers) {
            text.append("| ").append(broker.title()).append(" |");
            timed.forEach(workload ->
                    text.append(' ').append(processorTime(broker, workload)).append(" |"));
            text.append('\n');
        }
        return text.toString();
    }

    private boolean hasProcessorTime(BrokerKind broker, Workload workload) {
        return !Double.isNaN(results.median(broker.name(), workload.name(), Workload.CPU_CLIENT));
    }

    private String processorTime(BrokerKind broker, Workload workload) {
        if (!hasProcessorTime(broker, workload)) {
            return "–";
        }
        List<String> parts = new ArrayList<>();
        double sum = 0;
        for (String part : List.of(Workload.CPU_CLIENT, Workload.CPU_SERVER, Workload.CPU_DATABASE)) {
            double median = results.median(broker.name(), workload.name(), part);
            if (!Double.isNaN(median)) {
                parts.add(String.format(Locale.ROOT, "%.1f", median));
                sum += median;
            }
        }
        return String.format(Locale.ROOT, "%.1f = %s", sum, String.join(" + ", parts));
    }

    private String cell(BrokerKind broker, Workload workload) {
        if (results.runsOf(broker.name(), workload.name()) == 0) {
            return "–";
        }
        List<String> figures = new ArrayList<>();
        for (Workload.Figure figure : workload.figures()) {
            double median = results.median(broker.name(), workload.name(), figure.name());
            figures.add(Double.isNaN(median) ? "–" : figure(median, figure.unit()));
        }
        long faults = results.faults(broker.name(), workload.name());
        return String.join(" / ", figures) + (faults == 0 ? "" : " (**" + faults + " lost, repeated or failed**)");
    }

    /** 12,345 a second as 12.3 k; milliseconds and ratios with two digits. */
    static String figure(double value, Workload.Unit unit) {
        if (unit == Workload.Unit.MILLISECONDS) {
            return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
        }
        if (unit == Workload.Unit.RATIO) {
            return String.format(Locale.ROOT, "%.2f", value);
        }
        double thousands = value / THOUSAND;
        return String.format(Locale.ROOT, thousands < 100 ? "%.1f k" : "%.0f k", thousands);
    }
}
