package dev.postrider.system.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the PostgreSQL server that runs on files below a directory. */
final class Postmaster {
    private static final int DEPTH_MAX = 4;

    private Postmaster() {}

    /**
     * The server's main process, if it is alive; a {@code postmaster.pid} left behind by a dead one is no sign.
     *
     * @throws UncheckedIOException if files come and go while it looks: nothing is known then, look again
     */
    static Optional<ProcessHandle> of(Path directory) {
        return pidFile(directory).flatMap(Postmaster::firstLine).flatMap(line -> ProcessHandle.of(Long.parseLong(line))
                .filter(ProcessHandle::isAlive)
                .filter(handle -> belongsTo(handle, directory)));
    }

    private static Optional<Path> pidFile(Path directory) {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        try (Stream<Path> paths =
                Files.find(directory, DEPTH_MAX, (path, attributes) -> path.endsWith("postmaster.pid"))) {
            return paths.findFirst();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port of the server on files below that directory; empty if none runs there. */
    static Optional<Integer> portOf(Path directory) {
        return pidFile(directory).flatMap(file -> line(file, 3)).map(Integer::valueOf);
    }

    private static Optional<String> firstLine(Path file) {
        return line(file, 0);
    }

    private static Optional<String> line(Path file, int index) {
        try {
            List<String> lines = Files.readAllLines(file);
            return lines.size() <= index
                    ? Optional.empty()
                    : Optional.of(lines.get(index).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Process ids are used again, so the number alone proves nothing: its working directory is the data directory. */
    private static boolean belongsTo(ProcessHandle handle, Path directory) {
        try {
            return Path.of("/proc", Long.toString(handle.pid()), "cwd")
                    .toRealPath()
                    .startsWith(directory.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }
}
