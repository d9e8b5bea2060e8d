package dev.postrider.benchmarks;

import dev.postrider.benchmarks.broker.BrokerKind;
import dev.postrider.benchmarks.broker.Brokers;
import dev.postrider.benchmarks.report.Results;
import dev.postrider.benchmarks.report.ResultsFile;
import dev.postrider.benchmarks.workload.Workload;
import dev.postrider.benchmarks.workload.Workloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Puts Postrider beside its peers: the same workloads for all, in one session, brokers in turn within each round, and
 * writes the medians into {@code benchmarks/RESULTS.md}. What is not installed is left out, loudly.
 *
 * <p>Options: {@code --brokers a,b}, {@code --workloads a,b} (beginnings of names will do), {@code --runs 3},
 * {@code --quick} (one short run of each; written to {@code benchmarks/target} only), {@code --database URL} (for
 * Postrider, instead of its embedded one), {@code --list}.
 */
public final class Compare {
    private final Options options;
    private final Results results = new Results();

    private Compare(Options options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws IOException {
        Options options;
        try {
            options = Options.of(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        if (options.list()) {
            Brokers.all()
                    .forEach(kind -> System.out.println(kind.name() + ": " + kind.title() + ", "
                            + (kind.missing() == null ? kind.durability() : kind.missing())));
            Workloads.all().forEach(workload -> System.out.println(workload.name() + ": " + workload.title()));
            return;
        }
        new Compare(options).run();
    }

    private void run() throws IOException {
        List<BrokerKind> present = options.brokers().stream()
                .filter(kind -> {
                    if (kind.missing() != null) {
                        System.out.println("### SKIPPED: " + kind.title() + ": " + kind.missing());
                    }
                    return kind.missing() == null;
                })
                .toList();
        Path root = Path.of(System.getProperty("postrider.root", ".")).toAbsolutePath();
        Path target = root.resolve("benchmarks/target");
        Path report = options.quick() ? target : root.resolve("benchmarks");
        for (int run = 1; run <= options.runs(); run++) {
            for (BrokerKind kind : present) {
                System.out.println("### run " + run + ": " + kind.title());
                trial(kind, target.resolve("logs").resolve(run + "-" + kind.name() + ".log"));
                new ResultsFile(report)
                        .write(results, present, options.workloads(), options.commandLine(), options.runs());
            }
        }
        System.out.println("Written to " + report.resolve("RESULTS.md"));
    }

    private void trial(BrokerKind kind, Path log) throws IOException {
        String workloads = options.workloads().stream()
                .filter(workload -> workload.suits(kind))
                .map(Workload::name)
                .collect(Collectors.joining(","));
        if (workloads.isEmpty()) {
            return;
        }
        Files.createDirectories(log.getParent());
        TrialProcess process = new TrialProcess(kind.name(), workloads, options.quick(), log);
        boolean well = process.run(line -> read(kind, line));
        if (!well) {
            System.out.println("### FAILED: " + kind.title() + ", see " + log);
        }
    }

    private void read(BrokerKind kind, String line) {
        if (line.startsWith(Trial.VERSION)) {
            results.version(kind.name(), line.substring(Trial.VERSION.length()));
        } else if (line.startsWith(Trial.FIGURES)) {
            String[] fields = line.split("\t");
            results.add(kind.name(), fields[1], TrialProcess.figures(fields));
            System.out.println(String.join("  ", fields).substring(Trial.FIGURES.length() + 1));
        }
    }
}
