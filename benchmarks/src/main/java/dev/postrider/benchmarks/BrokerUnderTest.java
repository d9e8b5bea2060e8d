package dev.postrider.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A packaged broker as a process of its own, on a free port and a given database. */
final class BrokerUnderTest implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final URI url;
    private final Process process;

    private BrokerUnderTest(URI url, Process process) {
        this.url = url;
        this.process = process;
    }

    /** Starts it and waits until it takes traffic. */
    static BrokerUnderTest start(Path directory, String name, String databaseUrl) throws IOException {
        int port = freePort();
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
                .redirectOutput(directory.resolve(name + ".log").toFile());
        builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
        builder.environment().put("POSTRIDER_DATABASE_URL", databaseUrl);
        BrokerUnderTest broker = new BrokerUnderTest(URI.create("http://127.0.0.1:" + port), builder.start());
        Runtime.getRuntime().addShutdownHook(new Thread(broker.process::destroyForcibly));
        broker.awaitReady();
        return broker;
    }

    URI url() {
        return url;
    }

    /** The value of the metric whose line begins so, or 0 if it is not there yet. */
    double metric(String beginning) {
        String page;
        try {
            page = get("/metrics");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> lines =
                page.lines().filter(line -> line.startsWith(beginning)).toList();
        return lines.isEmpty()
                ? 0
                : Double.parseDouble(lines.get(0).substring(lines.get(0).lastIndexOf(' ') + 1));
    }

    private void awaitReady() throws IOException {
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

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
