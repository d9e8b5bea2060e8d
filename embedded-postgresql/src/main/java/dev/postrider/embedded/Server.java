package dev.postrider.embedded;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One life of the server on a prepared data directory: from its start until it ends, by whatever cause. */
final class Server {
    /** Fast shutdown has to write what is in memory; after this the next start recovers it from the log instead. */
    static final Duration STOP_PATIENCE = Duration.ofSeconds(60);

    /** Recovery of a full log takes a minute at worst; a start that takes longer than this is stuck. */
    private static final Duration START_PATIENCE = Duration.ofMinutes(5);

    private static final Duration POLL = Duration.ofMillis(10);

    private final KeptProcess process;
    private final long processId;

    private Server(KeptProcess process, long processId) {
        this.process = process;
        this.processId = processId;
    }

    /** What a server needs that does not change between its lives. */
    record Home(DataDirectory directory, Binaries binaries, ServerUser user, ServerLog log) {}

    /** Why a server ended before it was ready. */
    static final class NotStarted extends Exception {
        NotStarted(String reason) {
            super(reason);
        }
    }

    /**
     * Starts it, and returns when it takes connections.
     *
     * @throws NotStarted with the server's own words
     */
    static Server start(Home home, List<String> arguments) throws NotStarted, InterruptedException {
        List<String> command =
                Command.join(List.of(home.binaries.program("postgres").toString()), arguments);
        KeptProcess process = KeptProcess.start(home.user, command, home.log, STOP_PATIENCE);
        try {
            return new Server(process, awaitReady(home, process));
        } catch (InterruptedException | RuntimeException e) {
            process.stop();
            throw e;
        }
    }

    private static long awaitReady(Home home, KeptProcess process) throws NotStarted, InterruptedException {
        long end = System.nanoTime() + START_PATIENCE.toNanos();
        while (System.nanoTime() - end < 0) {
            Optional<PostmasterFile> file = PostmasterFile.read(home.directory.cluster());
            if (file.isPresent() && file.get().ready() && isChild(file.get().processId(), process)) {
                return file.get().processId();
            }
            Optional<Integer> code = process.awaitExit(POLL);
            if (code.isPresent()) {
                throw new NotStarted(reason(home.log, code.get()));
            }
        }
        throw new EmbeddedPostgresException("The database in " + home.directory.root() + " was not ready after "
                + START_PATIENCE.toMinutes() + " minutes; see " + home.directory.log() + ".");
    }

    private static boolean isChild(long processId, KeptProcess keeper) {
        return ProcessHandle.of(processId)
                .flatMap(ProcessHandle::parent)
                .filter(parent -> parent.pid() == keeper.keeperProcessId())
                .isPresent();
    }

    private static String reason(ServerLog log, int code) {
        List<String> worst = log.tail().stream()
                .filter(line -> line.contains("FATAL:") || line.contains("PANIC:"))
                .map(line -> line.replaceFirst("^.*(FATAL|PANIC):\\s*", ""))
                .toList();
        return worst.isEmpty() ? "it ended with code " + code : worst.get(0);
    }

    long processId() {
        return processId;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int awaitExit() throws InterruptedException {
        return process.awaitExit();
    }

    void stop() throws InterruptedException {
        process.stop();
    }
}
