package dev.postrider.benchmarks;

import dev.postrider.benchmarks.profile.ProfilePage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A {@link Trial} as a child process, with a limit, in a directory that is deleted afterwards. */
final class TrialProcess {
    /** Names the directory for recordings, if they are wanted. */
    static final String PROFILE = "postrider.profile";

    private static final int MINUTES_PER_WORKLOAD = 5;
    private static final int STOP_SECONDS = 30;

    private final String broker;
    private final String workloads;
    private final boolean quick;
    private final Path log;

    TrialProcess(String broker, String workloads, boolean quick, Path log) {
        this.broker = broker;
        this.workloads = workloads;
        this.quick = quick;
        this.log = log;
    }

    /** Runs it to its end and hands over its lines; false if it failed or took too long. */
    boolean run(Consumer<String> lines) throws IOException {
        Path directory = Files.createTempDirectory("postrider-benchmark");
        Process process = new ProcessBuilder(command(directory))
                .redirectError(log.toFile())
                .start();
        Thread end = new Thread(() -> clear(process, directory));
        Runtime.getRuntime().addShutdownHook(end);
        int minutes = MINUTES_PER_WORKLOAD * workloads.split(",").length;
        Executor limit = CompletableFuture.delayedExecutor(minutes, TimeUnit.MINUTES);
        limit.execute(() -> end(process));
        try (BufferedReader reader = process.inputReader()) {
            reader.lines().forEach(lines);
            return process.waitFor() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            clear(process, directory);
            forget(end);
        }
    }

    private List<String> command(Path directory) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx1g");
        for (String property : List.of("postrider.root", "postrider.benchmarks", "postrider.database", PROFILE)) {
            if (System.getProperty(property) != null) {
                command.add("-D" + property + "=" + System.getProperty(property));
            }
        }
        String profile = System.getProperty(PROFILE);
        if (profile != null) {
            command.add(ProfilePage.recorder(profile + "/" + ProfilePage.CLIENT));
            command.add("-Dpostrider.recording=" + profile + "/" + ProfilePage.BROKER);
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Trial.class.getName()));
        command.addAll(List.of(broker, workloads, quick ? "quick" : "full", directory.toString()));
        return command;
    }

    /** At its end or this program's, whichever comes first; the other waits and finds nothing. */
    private synchronized void clear(Process process, Path directory) {
        end(process);
        if (Files.exists(directory)) {
            delete(directory);
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // This program is ending, and the hook runs.
        }
    }

    /** Lets it stop its broker, then ends what is left of both. */
    private static void end(Process process) {
        if (!process.isAlive()) {
            return;
        }
        List<ProcessHandle> family = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        family.forEach(ProcessHandle::destroyForcibly);
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (IOException | UncheckedIOException e) {
            System.err.println("Left behind: " + directory + ", " + e.getMessage());
        }
    }

    /** Reads {@code name=value} from the third field on. */
    static Map<String, Double> figures(String[] fields) {
        Map<String, Double> figures = new LinkedHashMap<>();
        for (int i = 2; i < fields.length; i++) {
            int sign = fields[i].indexOf('=');
            figures.put(fields[i].substring(0, sign), Double.valueOf(fields[i].substring(sign + 1)));
        }
        return figures;
    }
}
