package dev.postrider.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.benchmarks.broker.BrokerKind;
import dev.postrider.benchmarks.broker.Brokers;
import dev.postrider.benchmarks.workload.Workload;
import dev.postrider.benchmarks.workload.Workloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsFileTest {
    private static final String WORKLOAD = "throughput-100b-random-1x1";

    @TempDir
    private Path directory;

    private final List<BrokerKind> brokers = List.of(Brokers.named("postrider"), Brokers.named("nats"));
    private final List<Workload> workloads = Workloads.named(List.of(WORKLOAD, "latency-1000"));
    private final Results results = new Results();

    @BeforeEach
    void measure() {
        results.version("nats", "2.9.10");
        results.add("nats", WORKLOAD, Map.of("perSecond", 9_000.0, Workload.MISSING, 0.0));
        results.add("nats", WORKLOAD, Map.of("perSecond", 73_000.0, Workload.MISSING, 0.0));
        results.add("nats", WORKLOAD, Map.of("perSecond", 12_345.0, Workload.MISSING, 0.0));
    }

    private String write() throws IOException {
        new ResultsFile(directory).write(results, brokers, workloads, "benchmarks/run Compare", 3);
        return Files.readString(directory.resolve("RESULTS.md"));
    }

    @Test
    void aRowHasTheMedianTheDurabilityAndADashForWhatWasNotMeasured() throws IOException {
        assertThat(write()).contains("| NATS JetStream 2.9.10 | **no fsync** | 12.3 k | – |");
    }

    @Test
    void aBrokerThatWasNotMeasuredHasNoRow() throws IOException {
        assertThat(write()).doesNotContain("| Postrider");
    }

    @Test
    void aCellNamesWhatWasLost() throws IOException {
        results.add("nats", WORKLOAD, Map.of("perSecond", 12_345.0, Workload.MISSING, 2.0));
        assertThat(write()).contains("12.3 k (**2 lost, repeated or failed**)");
    }

    @Test
    void onlyTheComparisonIsReplacedInAFileThatHasMore() throws IOException {
        Files.writeString(directory.resolve("RESULTS.md"), "# Results\n\nA held snapshot.\n");
        String first = write();
        Files.writeString(directory.resolve("RESULTS.md"), first + "\nWhat follows.\n");
        results.version("nats", "2.10.1");
        assertThat(write())
                .startsWith("# Results\n\nA held snapshot.\n")
                .contains("2.10.1")
                .doesNotContain("2.9.10")
                .endsWith("\nWhat follows.\n");
    }

    @Test
    void theChartHasABarForEachFigureThatWasMeasured() throws IOException {
        write();
        String chart = Files.readString(directory.resolve("comparison.svg"));
        assertThat(chart).contains("12.3 k").contains("NATS JetStream").doesNotContain("NaN");
    }
}
