package dev.postrider.embedded;

/** Is told what happens to a running database. Called on the supervisor's thread, which waits: return soon. */
public interface EmbeddedPostgresListener {
    /** Hears nothing. */
    EmbeddedPostgresListener NONE = new EmbeddedPostgresListener() {};

    /**
     * The server has ended although nobody asked it to; it is being started again.
     *
     * @param exitCode its exit code, 128 + n after signal n
     */
    default void serverDied(int exitCode) {}

    /** The server takes connections again, on the port it had. */
    default void serverRestarted(long serverProcessId) {}

    /** It could not be started again; the next attempt follows within ten seconds. */
    default void restartFailed(EmbeddedPostgresException cause) {}
}
