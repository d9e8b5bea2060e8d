package dev.postrider.embedded;

import java.time.Duration;

/**
 * Starts the server, again and again if need be: in place of a predecessor that lives, died or left sessions behind,
 * and on another port when the one found was taken in between. Used by one thread at a time.
 */
final class Launcher {
    private static final Duration OBSTACLE_PATIENCE = Duration.ofSeconds(15);
    private static final Duration OBSTACLE_POLL = Duration.ofMillis(100);

    private final Server.Home home;
    private final EmbeddedPostgresOptions options;
    private final Session.Credentials credentials;
    private int port;
    private boolean portKnownToClients;

    Launcher(Server.Home home, EmbeddedPostgresOptions options, Session.Credentials credentials) {
        this.home = home;
        this.options = options;
        this.credentials = credentials;
        this.port = options.port();
    }

    /** The port of the server; it stays the same after the first start. */
    int port() {
        return port;
    }

    /**
     * Returns with a server that takes connections and keeps what it confirms.
     *
     * @throws EmbeddedPostgresException if it refuses to start for a reason that does not pass by itself
     */
    Server start() throws InterruptedException {
        long end = System.nanoTime() + OBSTACLE_PATIENCE.toNanos();
        while (true) {
            try {
                return attempt();
            } catch (Server.NotStarted e) {
                if (System.nanoTime() - end >= 0 || !mayPass()) {
                    throw refused(e);
                }
                Waiting.until(OBSTACLE_POLL, () -> false);
            }
        }
    }

    private Server attempt() throws Server.NotStarted, InterruptedException {
        Predecessor.end(home.directory().cluster());
        if (options.port() == 0 && !portKnownToClients) {
            port = FreePort.find();
        }
        home.directory().writeAccessRules();
        Server server = Server.start(home, ServerSettings.arguments(options, home.directory(), port));
        try {
            new Session(port, credentials).prepare(options.database());
        } catch (RuntimeException e) {
            server.stop();
            throw e;
        }
        portKnownToClients = true;
        return server;
    }

    /** Ends a server that was not ended with its keeper, because that was killed; usually there is none. */
    void endLeftover() throws InterruptedException {
        Predecessor.end(home.directory().cluster());
    }

    private boolean mayPass() {
        if (home.log().says("pre-existing shared memory block")) {
            Predecessor.endSessions(home.directory().cluster());
            return true;
        }
        return portTaken() && (options.port() == 0 || portKnownToClients);
    }

    private boolean portTaken() {
        return home.log().says("Address already in use");
    }

    private EmbeddedPostgresException refused(Server.NotStarted cause) {
        if (portTaken()) {
            return new EmbeddedPostgresException("Port " + port + " of " + EmbeddedPostgres.HOST
                    + " is in use by another program; the embedded database cannot have it.");
        }
        String advice = home.log().says("No space left on device") ? " Make room on its disk." : "";
        return new EmbeddedPostgresException(
                "The database in " + home.directory().root() + " does not start: " + cause.getMessage() + "." + advice
                        + " Its log: " + home.directory().log());
    }
}
