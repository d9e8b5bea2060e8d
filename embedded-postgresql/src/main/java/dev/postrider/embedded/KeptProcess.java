package dev.postrider.embedded;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A program of PostgreSQL under a keeper ({@code keeper.sh}), a shell that ends it when the JVM asks or dies, in a
 * session of its own, which a terminal's Ctrl-C does not reach.
 */
final class KeptProcess {
    /** After this the keeper has used every means, down to SIGKILL. */
    private static final Duration KEEPER_PATIENCE_EXTRA = Duration.ofSeconds(15);

    private static final String KEEPER = script();

    private final Process keeper;
    private final Thread logReader;
    private final Duration stopPatience;

    private KeptProcess(Process keeper, Thread logReader, Duration stopPatience) {
        this.keeper = keeper;
        this.logReader = logReader;
        this.stopPatience = stopPatience;
    }

    /**
     * Starts a program.
     *
     * @param stopPatience how long an orderly stop may take before it is forced; whole seconds
     */
    static KeptProcess start(ServerUser user, List<String> command, ServerLog log, Duration stopPatience) {
        List<String> all = new ArrayList<>(ownSession());
        all.addAll(user.command(List.of("sh", "-c", KEEPER, "keeper", Long.toString(stopPatience.toSeconds()))));
        all.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
        // PGDATA, PGOPTIONS and their like are meant for another server; messages are compared, hence in English.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
        builder.directory(new File("/"));
        try {
            Process keeper = builder.start();
            return new KeptProcess(keeper, log.follow(keeper.getInputStream()), stopPatience);
        } catch (IOException e) {
            throw new EmbeddedPostgresException("Cannot start " + command.get(0) + ": " + Words.of(e), e);
        }
    }

    private static List<String> ownSession() {
        Optional<String> setsid = Command.find("setsid");
        if (setsid.isPresent()) {
            return List.of(setsid.get());
        }
        // A Mac has no setsid, but Perl.
        return Command.find("perl")
                .map(perl -> List.of(perl, "-MPOSIX", "-e", "POSIX::setsid(); exec @ARGV or die $!"))
                .orElse(List.of());
    }

    private static String script() {
        try (InputStream in = KeptProcess.class.getResourceAsStream("keeper.sh")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new IllegalStateException("keeper.sh is missing", e);
        }
    }

    long keeperProcessId() {
        return keeper.pid();
    }

    boolean isAlive() {
        return keeper.isAlive();
    }

    /** Waits for the program's end; its log is complete then. */
    int awaitExit() throws InterruptedException {
        int code = keeper.waitFor();
        finishLog();
        return code;
    }

    /** As {@link #awaitExit()}, but no longer than {@code limit}: empty if it still runs. */
    Optional<Integer> awaitExit(Duration limit) throws InterruptedException {
        if (!keeper.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            return Optional.empty();
        }
        finishLog();
        return Optional.of(keeper.exitValue());
    }

    private void finishLog() throws InterruptedException {
        // Bounded: a session that outlives a killed server holds the log open.
        logReader.join(500);
    }

    /** Asks for an orderly end, and returns when it has come or was forced. */
    void stop() throws InterruptedException {
        try (OutputStream pipe = keeper.getOutputStream()) {
            pipe.write('\n');
            pipe.flush();
            if (awaitExit(stopPatience.plus(KEEPER_PATIENCE_EXTRA)).isEmpty()) {
                throw new EmbeddedPostgresException(
                        "The database process under keeper " + keeper.pid() + " cannot be ended, not even by SIGKILL.");
            }
        } catch (IOException e) {
            // The pipe broke because the keeper has ended meanwhile.
            keeper.waitFor();
        }
    }
}
