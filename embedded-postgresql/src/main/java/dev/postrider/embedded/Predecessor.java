package dev.postrider.embedded;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The server that used the data directory before. It may have outlived its JVM by moments (its keeper is stopping it)
 * or for good (its keeper was killed too). Only for who holds the directory's lock: nobody else can own it then.
 */
final class Predecessor {
    private static final System.Logger LOGGER = System.getLogger(Predecessor.class.getName());
    private static final Duration FAST_STOP = Duration.ofSeconds(5);
    private static final Duration FORCED_STOP = Duration.ofSeconds(5);

    private Predecessor() {}

    /** Ends it, and makes sure that its file does not hinder the next one. */
    static void end(Path cluster) throws InterruptedException {
        Optional<ProcessHandle> server = PostmasterFile.read(cluster).flatMap(PostmasterFile::server);
        if (server.isPresent()) {
            LOGGER.log(Level.INFO, "Stopping server process " + server.get().pid() + ", left in " + cluster);
            stop(server.get());
        }
        Optional<PostmasterFile> left = PostmasterFile.read(cluster);
        try {
            if (left.isPresent()) {
                left.get().disown();
            } else {
                PostmasterFile.removeTorn(cluster);
            }
        } catch (IOException e) {
            throw new EmbeddedPostgresException("Cannot write postmaster.pid in " + cluster + ": " + Words.of(e), e);
        }
    }

    private static void stop(ProcessHandle server) throws InterruptedException {
        for (String signal : List.of("INT", "QUIT")) {
            Command.signal(server, signal);
            if (Waiting.until(FAST_STOP, () -> PostmasterFile.hasEnded(server))) {
                return;
            }
        }
        server.destroyForcibly();
        if (!Waiting.until(FORCED_STOP, () -> PostmasterFile.hasEnded(server))) {
            throw new EmbeddedPostgresException(
                    "An earlier database server, process " + server.pid() + ", cannot be ended, not even by SIGKILL.");
        }
    }

    /**
     * Ends the sessions of a server that was killed. They notice its death by themselves, but not while they compute.
     * To kill them is a crash like the server's own, which the next start recovers from.
     */
    static void endSessions(Path cluster) {
        PostmasterFile.processesIn(cluster).forEach(ProcessHandle::destroyForcibly);
    }
}
