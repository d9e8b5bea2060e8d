package dev.postrider.benchmarks;

import dev.postrider.benchmarks.profile.ProfilePage;
import dev.postrider.benchmarks.workload.Workload;
import dev.postrider.benchmarks.workload.Workloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Shows where the time of workloads goes, in client, broker and PostgreSQL: runs each once under flight recorders and
 * writes a page for it into {@code benchmarks/target/profile}.
 *
 * <p>Arguments: names of workloads, or how they begin; without any those that have goals. {@code --broker NAME} before
 * them profiles another of Postrider's dialects than the usual, for instance {@code postrider-lz4}.
 */
public final class Profile {
    private static final List<String> USUAL = List.of(
            "throughput-100b-random-1x1",
            "throughput-100b-random-4x4",
            "throughput-1k-random-1x1",
            "throughput-1k-json-1x1",
            "jobs");

    private Profile() {}

    public static void main(String[] arguments) throws IOException {
        Path target = Path.of(System.getProperty("postrider.benchmarks"));
        List<String> named = Arrays.asList(arguments);
        String broker = "postrider";
        if (named.size() > 1 && named.get(0).equals("--broker")) {
            broker = named.get(1);
            named = named.subList(2, named.size());
        }
        for (Workload workload : Workloads.named(named.isEmpty() ? USUAL : named)) {
            Path directory = target.resolve("profile").resolve(workload.name());
            Files.createDirectories(directory);
            System.setProperty(TrialProcess.PROFILE, directory.toString());
            TrialProcess process = new TrialProcess(broker, workload.name(), false, directory.resolve("trial.log"));
            Figures figures = new Figures();
            if (!process.run(figures::read)) {
                System.out.println("### FAILED: see " + directory);
                continue;
            }
            String page = ProfilePage.of(workload, figures.read, directory);
            Files.writeString(directory.resolve("profile.md"), page);
            System.out.println(page);
        }
    }

    /** Of one workload. */
    private static final class Figures {
        private Map<String, Double> read = Map.of();

        void read(String line) {
            if (line.startsWith(Trial.FIGURES)) {
                read = TrialProcess.figures(line.split("\t"));
            }
        }
    }
}
