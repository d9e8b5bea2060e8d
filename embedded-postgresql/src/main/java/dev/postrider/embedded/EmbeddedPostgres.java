package dev.postrider.embedded;

import java.io.File;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A PostgreSQL server that a program starts inside its own process tree and may trust with its data.
 *
 * <p>Guarantees: what is committed survives the end of the server, of the program and of the machine ({@code fsync},
 * {@code synchronous_commit} and {@code full_page_writes} are asserted on); the server listens on loopback only and
 * lets in nobody without the password, which is kept in the data directory; one program at a time uses a data
 * directory; the server never outlives the program, however that ends; a server that dies is started again on the same
 * port.
 *
 * <p>Safe for use by several threads. It lives until {@link #close()} or the end of the JVM, and no shutdown hook stops
 * it: the program decides when, after its own last commit.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    static final String HOST = "127.0.0.1";
    static final String USER = "postrider";

    private static final System.Logger LOGGER = System.getLogger(EmbeddedPostgres.class.getName());

    private final DirectoryLock lock;
    private final ServerLog log;
    private final Supervisor supervisor;
    private final int port;
    private final String password;
    private final String database;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedPostgres(DirectoryLock lock, ServerLog log, Supervisor supervisor, Access access) {
        this.lock = lock;
        this.log = log;
        this.supervisor = supervisor;
        this.port = access.port;
        this.password = access.password;
        this.database = access.database;
    }

    /** What a client has to know. */
    private record Access(int port, String password, String database) {}

    /**
     * Starts the database in {@code options.dataDirectory()}, making it if it is new; returns when it is ready.
     *
     * @throws EmbeddedPostgresException with a message fit for a user, if it cannot; nothing is left running then
     */
    public static EmbeddedPostgres start(EmbeddedPostgresOptions options) {
        if (File.separatorChar != '/') {
            throw new EmbeddedPostgresException("The embedded PostgreSQL runs on Linux and macOS only."
                    + " Give this program the URL of a PostgreSQL server instead.");
        }
        long began = System.nanoTime();
        DataDirectory directory = DataDirectory.open(options.dataDirectory());
        DirectoryLock lock = DirectoryLock.take(directory.root());
        ServerLog log = new ServerLog(directory.log());
        try {
            EmbeddedPostgres started = start(options, directory, lock, log);
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            String place = directory.root() + " as process " + started.serverProcessId() + ", port " + started.port;
            LOGGER.log(Level.INFO, "PostgreSQL runs in " + place + ", started in " + took.toMillis() + " ms");
            return started;
        } catch (InterruptedException e) {
            release(log, lock);
            Thread.currentThread().interrupt();
            throw new EmbeddedPostgresException("The start of the embedded database was interrupted", e);
        } catch (RuntimeException e) {
            release(log, lock);
            throw e;
        }
    }

    private static EmbeddedPostgres start(
            EmbeddedPostgresOptions options, DataDirectory directory, DirectoryLock lock, ServerLog log)
            throws InterruptedException {
        Binaries binaries = Binaries.in(
                options.binariesDirectory() == null
                        ? directory.root()
                        : options.binariesDirectory().toAbsolutePath().normalize());
        binaries.checkRunnable();
        if (!directory.isNew()) {
            directory.checkVersion(binaries);
        }
        String password = directory.password();
        ServerUser user = ServerUser.choose(directory, binaries);
        ClusterCreation.ensure(directory, binaries, user, log);
        Launcher launcher = new Launcher(
                new Server.Home(directory, binaries, user, log), options, new Session.Credentials(USER, password));
        Supervisor supervisor = new Supervisor(launcher, options.listener(), launcher.start());
        supervisor.start();
        return new EmbeddedPostgres(lock, log, supervisor, new Access(launcher.port(), password, options.database()));
    }

    private static void release(ServerLog log, DirectoryLock lock) {
        log.close();
        lock.close();
    }

    public String host() {
        return HOST;
    }

    /** The port, for as long as this object lives. */
    public int port() {
        return port;
    }

    /** The database user, who owns everything. */
    public String user() {
        return USER;
    }

    /** The user's password: letters, digits, {@code -} and {@code _} only. */
    public String password() {
        return password;
    }

    public String database() {
        return database;
    }

    /** {@code postgresql://user:password@127.0.0.1:port/database}. Carries the password: not for logs. */
    public String url() {
        return "postgresql://" + USER + ":" + password + "@" + HOST + ":" + port + "/" + database;
    }

    /** {@code jdbc:postgresql://127.0.0.1:port/database}, to go with {@link #user()} and {@link #password()}. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + HOST + ":" + port + "/" + database;
    }

    /** The process id of the server, another one after it has died and come back. */
    public long serverProcessId() {
        return supervisor.server().processId();
    }

    /** Whether the server runs at this moment; false while it is being started again, and after {@link #close()}. */
    public boolean isAlive() {
        return supervisor.server().isAlive();
    }

    /**
     * Stops the server: open transactions are rolled back, committed ones written out. Waits for it up to 60 s, then
     * forces it, which the next start recovers from. Closing twice does nothing.
     *
     * @throws EmbeddedPostgresException if the server cannot be ended at all
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                supervisor.stop();
            } finally {
                release(log, lock);
            }
        }
    }
}
