package dev.postrider.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a running server says about itself in {@code postmaster.pid}, one line per fact. */
final class PostmasterFile {
    private static final int LINE_PROCESS = 0;
    private static final int LINE_STARTED = 2;
    private static final int LINE_STATUS = 7;

    /** No operating system gives this number to a process, and PostgreSQL takes it for one that has ended. */
    private static final long NO_PROCESS = Integer.MAX_VALUE;

    /** Between the birth of a process and what the server writes as its start. */
    private static final Duration START_TOLERANCE = Duration.ofSeconds(5);

    private final Path cluster;
    private final List<String> lines;

    private PostmasterFile(Path cluster, List<String> lines) {
        this.cluster = cluster;
        this.lines = lines;
    }

    /** The file of the cluster in this directory; empty if there is none, or none that is whole yet. */
    static Optional<PostmasterFile> read(Path cluster) {
        try {
            List<String> lines = Files.readAllLines(path(cluster), StandardCharsets.ISO_8859_1);
            return lines.size() > LINE_STARTED
                            && lines.get(LINE_PROCESS).strip().matches("\\d{1,18}")
                    ? Optional.of(new PostmasterFile(cluster, lines))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Removes a file that a crash cut short; the server would not start over it. */
    static void removeTorn(Path cluster) throws IOException {
        Files.deleteIfExists(path(cluster));
    }

    private static Path path(Path cluster) {
        return cluster.resolve("postmaster.pid");
    }

    long processId() {
        return Long.parseLong(lines.get(LINE_PROCESS).strip());
    }

    boolean ready() {
        return lines.size() > LINE_STATUS && lines.get(LINE_STATUS).strip().equals("ready");
    }

    /** The server that wrote this, if it lives: process numbers are given again, so the number alone is no proof. */
    Optional<ProcessHandle> server() {
        return ProcessHandle.of(processId())
                .filter(process -> !hasEnded(process))
                .filter(this::isServerOfCluster);
    }

    private boolean isServerOfCluster(ProcessHandle process) {
        Optional<Path> workingDirectory = workingDirectory(process);
        if (workingDirectory.isPresent()) {
            return workingDirectory.get().equals(real(cluster)) && runsPostgres(process);
        }
        Optional<Instant> born = process.info().startInstant();
        String started = lines.get(LINE_STARTED).strip();
        return runsPostgres(process)
                && born.isPresent()
                && started.matches("\\d{1,18}")
                && Duration.between(born.get(), Instant.ofEpochSecond(Long.parseLong(started)))
                                .abs()
                                .compareTo(START_TOLERANCE)
                        <= 0;
    }

    /**
     * Makes the server that starts next see that this one has ended, even if its number belongs to another process by
     * now. The file must stay: the server also reads from it whether old sessions still hold the shared memory.
     */
    void disown() throws IOException {
        String rest = lines.stream().skip(1).map(line -> line + "\n").collect(Collectors.joining());
        Files.writeString(path(cluster), NO_PROCESS + "\n" + rest, StandardCharsets.ISO_8859_1);
    }

    /**
     * Whether a process does nothing any more. Not the same as gone: in a container whose first process reaps nobody,
     * the dead keep their numbers.
     */
    static boolean hasEnded(ProcessHandle process) {
        if (!process.isAlive()) {
            return true;
        }
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            // "17 (a name) Z …": the name may hold anything, the state follows its last parenthesis.
            return stat.startsWith(" Z", stat.lastIndexOf(')') + 1);
        } catch (IOException e) {
            return !process.isAlive();
        }
    }

    /** Every PostgreSQL process at work in this cluster's directory; known on Linux only. */
    static List<ProcessHandle> processesIn(Path cluster) {
        Path directory = real(cluster);
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(process ->
                            workingDirectory(process).filter(directory::equals).isPresent() && runsPostgres(process))
                    .toList();
        }
    }

    private static Path real(Path cluster) {
        try {
            return cluster.toRealPath();
        } catch (IOException e) {
            return cluster;
        }
    }

    private static boolean runsPostgres(ProcessHandle process) {
        return process.info()
                .command()
                .filter(command -> Path.of(command).getFileName().toString().startsWith("postgres"))
                .isPresent();
    }

    private static Optional<Path> workingDirectory(ProcessHandle process) {
        try {
            return Optional.of(Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd")));
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }
}
