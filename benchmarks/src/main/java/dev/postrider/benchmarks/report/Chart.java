package dev.postrider.benchmarks.report;

import dev.postrider.benchmarks.broker.BrokerKind;
import dev.postrider.benchmarks.workload.Workload;
import java.util.List;
import java.util.Locale;

/**
 * An SVG of bars, a panel for each figure of each workload and a bar for each broker. The first broker has a colour
 * of its own; brokers that confirm without an fsync, or settle no single message, are pale.
 */
final class Chart {
    private static final int WIDTH = 900;
    private static final int LABEL = 290;
    private static final int BAR = 14;
    private static final int STEP = 19;
    private static final int HEAD = 34;
    private static final int FIGURE = 90;

    private final Results results;
    private final List<BrokerKind> brokers;
    private final List<Workload> workloads;
    private final StringBuilder svg = new StringBuilder();
    private int y;

    Chart(Results results, List<BrokerKind> brokers, List<Workload> workloads) {
        this.results = results;
        this.brokers = brokers;
        this.workloads = workloads;
    }

    String svg() {
        for (Workload workload : workloads) {
            for (Workload.Figure figure : workload.figures()) {
                panel(workload, figure);
            }
        }
        return String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"sans-serif\" font-size=\"12\">%n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n%s</svg>%n",
                WIDTH,
                y + STEP,
                WIDTH,
                y + STEP,
                svg);
    }

    private void panel(Workload workload, Workload.Figure figure) {
        List<BrokerKind> shown = brokers.stream()
                .filter(broker -> value(broker, workload, figure) > 0)
                .toList();
        if (shown.isEmpty()) {
            return;
        }
        double largest = shown.stream()
                .mapToDouble(broker -> value(broker, workload, figure))
                .max()
                .orElse(1);
        y += HEAD;
        text(8, "font-weight=\"bold\"", heading(workload, figure));
        y += 8;
        for (BrokerKind broker : shown) {
            bar(broker, figure.unit(), value(broker, workload, figure), largest);
        }
    }

    private static String heading(Workload workload, Workload.Figure figure) {
        boolean only = workload.figures().size() == 1;
        String better =
                switch (figure.unit()) {
                    case PER_SECOND -> "messages/s";
                    case MILLISECONDS -> "ms, less is better";
                    case RATIO -> "less is better";
                };
        return workload.title() + (only ? "" : ": " + figure.name()) + " (" + better + ")";
    }

    /** NaN and nothing are both no bar. */
    private double value(BrokerKind broker, Workload workload, Workload.Figure figure) {
        double median = results.median(broker.name(), workload.name(), figure.name());
        return Double.isNaN(median) ? 0 : median;
    }

    private void bar(BrokerKind broker, Workload.Unit unit, double value, double largest) {
        boolean durable = broker.syncs() && broker.settlesEach();
        String colour = broker.equals(brokers.get(0)) ? "#c2410c" : durable ? "#1d4ed8" : "#a9b8d6";
        int length = Math.max(1, (int) Math.round((WIDTH - LABEL - FIGURE) * value / largest));
        y += STEP;
        text(16, "", broker.title());
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>%n",
                LABEL,
                y - BAR + 3,
                length,
                BAR,
                colour));
        text(LABEL + length + 6, "", Table.figure(value, unit));
    }

    private void text(int x, String attributes, String content) {
        String escaped = content.replace("&", "&amp;").replace("<", "&lt;");
        svg.append(String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\" %s>%s</text>%n", x, y, attributes, escaped));
    }
}
