package dev.postrider.embedded;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/** Makes PostgreSQL's own directory. It appears under its name only when it is whole and on disk. */
final class ClusterCreation {
    private static final System.Logger LOGGER = System.getLogger(ClusterCreation.class.getName());
    private static final String UNFINISHED = "pgdata.new-";
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private ClusterCreation() {}

    /**
     * Runs {@code initdb}, unless there is a cluster.
     *
     * @throws EmbeddedPostgresException with what {@code initdb} said
     */
    static void ensure(DataDirectory directory, Binaries binaries, ServerUser user, ServerLog log)
            throws InterruptedException {
        deleteUnfinished(directory);
        if (!directory.isNew()) {
            return;
        }
        // A name of its own each time: an initdb that outlived its JVM may still be at work in the last one.
        Path fresh =
                directory.root().resolve(UNFINISHED + ProcessHandle.current().pid() + "-" + System.nanoTime());
        try {
            KeptProcess initdb = KeptProcess.start(user, command(directory, binaries, fresh), log, STOP_PATIENCE);
            int code = exitCode(initdb);
            if (code != 0) {
                deleteUnfinished(directory);
                throw failed(directory, log, code);
            }
            Files.move(fresh, directory.cluster(), StandardCopyOption.ATOMIC_MOVE);
            FileTree.sync(directory.root());
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    "Cannot make a new database in " + directory.root() + ": " + Words.of(e), e);
        }
    }

    private static void deleteUnfinished(DataDirectory directory) {
        try {
            FileTree.deleteSiblings(directory.root(), UNFINISHED);
        } catch (IOException e) {
            // An initdb that is just being ended still writes there; the next start deletes the rest.
            LOGGER.log(Level.DEBUG, "Cannot delete an unfinished database", e);
        }
    }

    private static int exitCode(KeptProcess initdb) throws InterruptedException {
        try {
            return initdb.awaitExit();
        } catch (InterruptedException e) {
            initdb.stop();
            throw e;
        }
    }

    private static List<String> command(DataDirectory directory, Binaries binaries, Path fresh) {
        return List.of(
                binaries.program("initdb").toString(),
                "--pgdata=" + fresh,
                "--username=" + EmbeddedPostgres.USER,
                "--pwfile=" + directory.passwordFile(),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-instructions");
    }

    private static EmbeddedPostgresException failed(DataDirectory directory, ServerLog log, int code) {
        String reason = log.tail().stream()
                .filter(line -> line.contains("error:") || line.contains("FATAL:") || line.contains("PANIC:"))
                .findFirst()
                .orElse("initdb ended with code " + code);
        String advice = "";
        if (log.says("No space left on device")) {
            advice = " Make room on its disk: a new database takes about 50 MB, and its log up to 2 GB under load.";
        } else if (log.says("could not look up effective user ID")) {
            advice =
                    " PostgreSQL wants its user to have a name: add it to /etc/passwd, or run as another (in containers"
                            + " runAsUser: 65534, nobody).";
        }
        return new EmbeddedPostgresException(
                "Cannot make a new database in " + directory.root() + ": " + reason + "." + advice);
    }
}
