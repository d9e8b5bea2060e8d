package dev.postrider.embedded;

import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Keeps a server running: when one ends unasked, starts the next in its place, until it is told to stop. One thread of
 * its own owns the server, so that a start and a stop never meet; it is a daemon and does not keep the JVM alive.
 */
final class Supervisor {
    private static final System.Logger LOGGER = System.getLogger(Supervisor.class.getName());
    private static final Duration RETRY_FIRST = Duration.ofMillis(200);
    private static final Duration RETRY_MAX = Duration.ofSeconds(10);

    private final Launcher launcher;
    private final EmbeddedPostgresListener listener;
    private final Thread thread = new Thread(this::run, "embedded-postgresql");
    private volatile boolean stopping;
    private volatile Server server;
    private volatile RuntimeException stopFailure;

    Supervisor(Launcher launcher, EmbeddedPostgresListener listener, Server first) {
        this.launcher = launcher;
        this.listener = listener;
        this.server = first;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** The server of the moment, which may just have ended. */
    Server server() {
        return server;
    }

    /**
     * Ends the server in order; returns when it has ended. Repeated calls do nothing but wait.
     *
     * @throws EmbeddedPostgresException if it could not be ended
     */
    void stop() {
        synchronized (this) {
            if (!stopping) {
                stopping = true;
                thread.interrupt();
            }
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                // The stop is bounded by the keeper; to leave early would leave the server behind.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (stopFailure != null) {
            throw stopFailure;
        }
    }

    private void run() {
        while (!stopping) {
            try {
                int code = server.awaitExit();
                LOGGER.log(Level.WARNING, "The database server ended with code " + code + "; starting it again");
                tell(() -> listener.serverDied(code));
                restart();
            } catch (InterruptedException e) {
                LOGGER.log(Level.DEBUG, "Told to stop");
            }
        }
        synchronized (this) {
            // The interrupt that came with the order to stop may not have been noticed yet.
            Thread.interrupted();
        }
        try {
            server.stop();
            launcher.endLeftover();
        } catch (InterruptedException e) {
            stopFailure = new EmbeddedPostgresException("The stop of the embedded database was interrupted", e);
        } catch (EmbeddedPostgresException e) {
            stopFailure = e;
        }
    }

    private void restart() throws InterruptedException {
        Duration pause = RETRY_FIRST;
        while (!stopping) {
            try {
                server = launcher.start();
                LOGGER.log(Level.INFO, "The database server is back as process " + server.processId());
                tell(() -> listener.serverRestarted(server.processId()));
                return;
            } catch (EmbeddedPostgresException e) {
                LOGGER.log(Level.ERROR, e.getMessage());
                tell(() -> listener.restartFailed(e));
            }
            Waiting.until(pause, () -> stopping);
            pause = pause.multipliedBy(2).compareTo(RETRY_MAX) < 0 ? pause.multipliedBy(2) : RETRY_MAX;
        }
    }

    private static void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "A listener failed", e);
        }
    }
}
