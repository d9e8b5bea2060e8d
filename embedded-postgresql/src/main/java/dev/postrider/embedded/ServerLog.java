package dev.postrider.embedded;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Where the server's words go: all of them into a file that is bounded, warnings and worse also into the program's log,
 * and the last lines into memory, for the message of a start that fails. Safe for use by several threads.
 */
final class ServerLog implements AutoCloseable {
    static final String LINE_PREFIX = "%m [%p] ";

    private static final System.Logger LOGGER = System.getLogger("dev.postrider.embedded.server");
    private static final long FILE_BYTES_MAX = 8L << 20;
    private static final int TAIL_LINES_MAX = 40;

    private final Path file;
    private final Deque<String> tail = new ArrayDeque<>();
    private BufferedWriter writer;
    private long bytes;

    ServerLog(Path file) {
        this.file = file;
    }

    /** Starts to read {@code output} to its end on a thread of its own; earlier lines leave the tail. */
    Thread follow(InputStream output) {
        synchronized (this) {
            tail.clear();
        }
        Thread thread = new Thread(() -> readAll(output), "embedded-postgresql-log");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void readAll(InputStream output) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                accept(line);
            }
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, "The server's log ended", e);
        }
    }

    private synchronized void accept(String line) {
        if (tail.size() == TAIL_LINES_MAX) {
            tail.removeFirst();
        }
        tail.addLast(line);
        if (line.contains("PANIC:  ")) {
            LOGGER.log(Level.ERROR, line);
        } else if (line.contains("WARNING:  ")) {
            LOGGER.log(Level.WARNING, line);
        } else {
            // Errors and fatal ones included: they are about one session, and its client is told.
            LOGGER.log(Level.DEBUG, line);
        }
        write(line);
    }

    private void write(String line) {
        try {
            if (writer == null) {
                bytes = Files.exists(file) ? Files.size(file) : 0;
                writer = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
            if (bytes > FILE_BYTES_MAX) {
                writer.close();
                Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
                writer = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                bytes = 0;
            }
            writer.write(line);
            writer.newLine();
            writer.flush();
            bytes += line.length() + 1L;
        } catch (IOException e) {
            // A full disk must not stop the reading, or the server blocks on its log.
            LOGGER.log(Level.DEBUG, () -> "Cannot write " + file + ": " + e);
        }
    }

    /** The last lines since {@link #follow}. */
    synchronized List<String> tail() {
        return List.copyOf(tail);
    }

    /** Whether one of the last lines says so. */
    boolean says(String text) {
        return tail().stream().anyMatch(line -> line.contains(text));
    }

    @Override
    public synchronized void close() {
        try {
            if (writer != null) {
                writer.close();
                writer = null;
            }
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, () -> "Cannot close " + file + ": " + e);
        }
    }
}
