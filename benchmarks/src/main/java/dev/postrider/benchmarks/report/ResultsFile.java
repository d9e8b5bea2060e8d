package dev.postrider.benchmarks.report;

import dev.postrider.benchmarks.broker.BrokerKind;
import dev.postrider.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * The part of {@code benchmarks/RESULTS.md} between two marks, which a comparison replaces, and the chart beside it.
 * What stands around the marks is kept.
 */
public final class ResultsFile {
    private static final String BEGIN = "<!-- comparison: written by benchmarks/run Compare -->";
    private static final String END = "<!-- end of the comparison -->";
    private static final String CHART = "comparison.svg";
    private static final String HOW_TO_READ =
            """
            A row per broker, each started alone on an empty directory; client, broker and database share the
            cores. Medians of %d run(s) of each cell, the brokers in turn within each round. Throughput is end to
            end, from the first publish to the last settlement; latency from the intended send to the receipt;
            "4 and 4" are producers and consumers with a connection each. Messages lost, repeated or failed are
            named in the cell: where nothing is named there were none. RabbitMQ, Artemis and NATS do not answer an
            acknowledgement, so a sent one counts; Kafka's plain group moves an offset and settles no single
            message. Bold durability means that an acknowledged message can be lost with the machine.
            """;

    private static final String PROCESSOR_TIME =
            """

            Microseconds of processor time for each message, which depend little on what else the host does: clients +
            broker + PostgreSQL where there is one.

            """;

    private final Path benchmarks;

    /** Of a working copy's folder {@code benchmarks}. */
    public ResultsFile(Path benchmarks) {
        this.benchmarks = benchmarks;
    }

    /**
     * Replaces the comparison.
     *
     * @param command as it was typed
     * @param runs how many of each cell
     */
    public void write(Results results, List<BrokerKind> brokers, List<Workload> workloads, String command, int runs)
            throws IOException {
        List<BrokerKind> measured =
                brokers.stream().filter(broker -> results.has(broker.name())).toList();
        Table table = new Table(results, measured, workloads);
        String processorTime = table.processorTime();
        Files.writeString(benchmarks.resolve(CHART), new Chart(results, measured, workloads).svg());
        String part = BEGIN + "\n## Beside the peers\n\n"
                + LocalDate.now(ZoneOffset.UTC) + ", commit " + Machine.commit(benchmarks) + ", `" + command + "`; "
                + Machine.description() + ".\n\n"
                + table.markdown() + "\n"
                + HOW_TO_READ.formatted(runs)
                + (processorTime.isEmpty() ? "" : PROCESSOR_TIME + processorTime)
                + "\n![The same as bars](" + CHART + ")\n" + END;
        Path file = benchmarks.resolve("RESULTS.md");
        String text = Files.exists(file) ? Files.readString(file) : "# Results\n";
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        String changed = begin < 0 || end < begin
                ? text.stripTrailing() + "\n\n" + part + "\n"
                : text.substring(0, begin) + part + text.substring(end + END.length());
        Files.writeString(file, changed);
    }
}
