package dev.postrider.system.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A packaged program of ours as a process of its own, which can be started, stopped and killed any number of times on
 * the same port and data directory. Not thread-safe, except {@link #kill()}.
 */
public class JavaProgram {
    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final int TAIL_LINES = 120;
    /** It is started often and lives briefly, beside others on few cores: what is ready first serves it best. */
    private static final List<String> BRIEF_LIFE = List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private static final HttpClient HEALTH = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    private final String name;
    private final Path jar;
    private final Path directory;
    private final int port;
    private final List<String> jvmArguments = new ArrayList<>(BRIEF_LIFE);
    private final Map<String, String> environment = new TreeMap<>();
    private volatile Process process;

    JavaProgram(String name, Path jar, Path directory, int port) {
        this.name = name;
        this.jar = jar;
        this.directory = directory;
        this.port = port;
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
    }

    /** Sets an environment variable of later starts. */
    public final JavaProgram env(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Adds an argument of the virtual machine to later starts. */
    public final JavaProgram jvm(String argument) {
        jvmArguments.add(argument);
        return this;
    }

    /** Does what has to be done before a start. */
    void prepare() {}

    /** Starts it and returns at once. */
    public final void launch() {
        if (isAlive()) {
            throw new IllegalStateException(name + " is running already");
        }
        List<String> command = new ArrayList<>(List.of(javaBinary()));
        command.addAll(jvmArguments);
        command.addAll(List.of("-jar", jar.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment().putAll(environment);
        try {
            Files.createDirectories(directory);
            prepare();
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts it and waits until it says that it takes traffic.
     *
     * @return time from the start of the process to the first good answer
     */
    public final Duration start() {
        long begin = System.nanoTime();
        launch();
        awaitReady(START_LIMIT);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Waits for {@code /health/ready}. Fails at once, with the end of the log, if the process ends. */
    public final Duration awaitReady(Duration limit) {
        boolean[] ended = {false};
        Duration took;
        try {
            took = Eventually.that(name + " is ready", limit, () -> {
                ended[0] = !isAlive();
                return ended[0] || isReady();
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + logTail(), e);
        }
        if (ended[0]) {
            throw new AssertionError(name + " has ended instead of getting ready\n" + logTail());
        }
        return took;
    }

    /** True if {@code /health/ready} answers 200 now. */
    public final boolean isReady() {
        HttpRequest request = HttpRequest.newBuilder(uri("/health/ready"))
                .timeout(Duration.ofSeconds(3))
                .build();
        try {
            return HEALTH.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Sends SIGKILL to the process alone and waits until it is gone. */
    public final void kill() {
        Process current = process;
        if (current != null) {
            current.destroyForcibly();
            awaitExit(Duration.ofSeconds(60));
        }
    }

    /** Sends SIGSTOP: it stays where it is, with its sockets open, and answers nothing. */
    public final void freeze() {
        Signals.send("STOP", List.of(pid()));
    }

    /** Sends SIGCONT: it goes on as if no time had passed. */
    public final void thaw() {
        Signals.send("CONT", List.of(pid()));
    }

    /**
     * Sends SIGTERM and waits for the end.
     *
     * @return how long it took
     */
    public final Duration terminate(Duration limit) {
        long begin = System.nanoTime();
        process.destroy();
        awaitExit(limit);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Waits for the end, whoever caused it, and returns the exit code. */
    public final int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " has not ended within " + limit + "\n" + logTail());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Ends everything that may be left of it, whatever state it is in. */
    void cleanUp() {
        kill();
        try {
            Eventually.that("the database of " + name + " is gone", Duration.ofSeconds(60), () -> databaseProcess()
                    .isEmpty());
        } catch (AssertionError e) {
            databaseProcess().ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** The process of the program's own PostgreSQL server, if one runs. */
    public java.util.Optional<ProcessHandle> databaseProcess() {
        return Postmaster.of(directory);
    }

    public final boolean isAlive() {
        return process != null && process.isAlive();
    }

    public final long pid() {
        return process.pid();
    }

    public final int port() {
        return port;
    }

    /** Where the process runs and keeps its data. */
    public final Path directory() {
        return directory;
    }

    /** An address at this program. */
    public final URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** Everything that it and its earlier lives have written. */
    public final Path log() {
        return directory.resolveSibling(directory.getFileName() + ".log");
    }

    /** The end of the log. */
    public final String logTail() {
        try (Stream<String> lines = Files.lines(log(), StandardCharsets.ISO_8859_1)) {
            // A broker that is not ready says so at every look of ours.
            List<String> all =
                    lines.filter(line -> !line.contains("io.sm.health")).toList();
            List<String> tail = all.subList(Math.max(0, all.size() - TAIL_LINES), all.size());
            return "--- end of the log of " + name + " (" + log() + ")\n" + String.join("\n", tail);
        } catch (IOException e) {
            return "no log of " + name + ": " + e;
        }
    }

    private static String javaBinary() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
