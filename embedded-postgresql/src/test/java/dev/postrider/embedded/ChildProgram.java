package dev.postrider.embedded;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@link DatabaseProgram} in a JVM of its own, to be killed. Killed on close if nothing else ended it. */
final class ChildProgram implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final BufferedReader output;

    private ChildProgram(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    static ChildProgram start(Path data) throws IOException {
        return start(List.of(), System.getProperty("java.class.path"), data, TestDatabases.BINARIES);
    }

    /** Runs it behind a prefix, such as a change of user. */
    static ChildProgram start(List<String> prefix, String classPath, Path data, Path binaries) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                classPath,
                DatabaseProgram.class.getName(),
                data.toString(),
                binaries.toString()));
        return new ChildProgram(new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Its answer: {@code ready …} or {@code refused …}. */
    String answer() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("the program ended without an answer");
        }
        return line;
    }

    /** The words of {@code ready <server process> <url>}. */
    Ready awaitReady() throws IOException {
        String[] words = answer().split(" ", 3);
        if (!words[0].equals("ready")) {
            throw new IOException(String.join(" ", words));
        }
        return new Ready(ProcessHandle.of(Long.parseLong(words[1])).orElseThrow(), words[2]);
    }

    record Ready(ProcessHandle server, String url) {
        ProcessHandle keeper() {
            return server.parent().orElseThrow();
        }
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void stopInOrder() throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException("the program does not stop");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            output.close();
            process.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
