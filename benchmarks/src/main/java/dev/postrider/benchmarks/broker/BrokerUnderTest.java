package dev.postrider.benchmarks.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A packaged broker as a process of its own on a given database, which can be killed and started again on the same
 * port. Ends with this program at the latest. Used by one thread at a time.
 */
public final class BrokerUnderTest implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final URI url;
    private final ProcessBuilder builder;
    private volatile Process process;

    private BrokerUnderTest(URI url, ProcessBuilder builder) throws IOException {
        this.url = url;
        this.builder = builder;
        this.process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> process.destroyForcibly()));
    }

    /** Starts it and waits until it takes traffic. */
    public static BrokerUnderTest start(Path directory, String name, String databaseUrl) throws IOException {
        BrokerUnderTest broker = launch(directory, name, databaseUrl);
        broker.awaitReady();
        return broker;
    }

    /** Starts it and returns at once. */
    public static BrokerUnderTest launch(Path directory, String name, String databaseUrl) throws IOException {
        int port = ServerProcess.freePort();
        Path root = Path.of(System.getProperty("postrider.root", ".")).toAbsolutePath();
        Files.createDirectories(directory);
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-jar",
                        root.resolve("broker-service/target/quarkus-app/quarkus-run.jar")
                                .toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve(name + ".log").toFile()));
        builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
        builder.environment().put("POSTRIDER_DATABASE_URL", databaseUrl);
        return new BrokerUnderTest(URI.create("http://127.0.0.1:" + port), builder);
    }

    /** Where it listens, in all its lives. */
    public URI url() {
        return url;
    }

    /** SIGKILL; returns when it is gone. */
    public void kill() throws IOException {
        process.destroyForcibly();
        try {
            if (!process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("The broker at " + url + " cannot be killed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Starts it again once it was killed, and returns at once. */
    public void launchAgain() throws IOException {
        process = builder.start();
    }

    /** The sum of the metrics whose lines begin so; 0 if there is none. */
    public double metric(String beginning) {
        try {
            return get("/metrics")
                    .lines()
                    .filter(line -> line.startsWith(beginning))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it takes traffic. */
    public void awaitReady() throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                get("/health/ready");
                return;
            } catch (IOException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
        throw new IOException("The broker at " + url + " did not start");
    }

    private String get(String path) throws IOException {
        try {
            var answer = HTTP.send(
                    HttpRequest.newBuilder(url.resolve(path))
                            .timeout(CALL_LIMIT)
                            .build(),
                    BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(path + " answers " + answer.statusCode());
            }
            return answer.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
