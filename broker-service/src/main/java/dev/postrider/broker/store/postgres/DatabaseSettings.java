package dev.postrider.broker.store.postgres;

/**
 * How a broker uses its database.
 *
 * @param hotConnections connections for commits, claims and chunk reads, 1 to 1,000
 * @param managementConnections connections for everything else, 1 to 1,000
 * @param waitingMax how many may wait for a connection of either kind; more fail at once
 * @param acquireMillisMax how long one waits for a connection; short, so that a dead database is told, not queued for
 * @param transactionMillisMax from the connection to the answer; then the socket is closed and, if COMMIT was sent,
 *     the outcome is unknown
 * @param repeatsMax how often a transaction is repeated after a deadlock or a serialization failure
 */
public record DatabaseSettings(
        int hotConnections,
        int managementConnections,
        int waitingMax,
        int acquireMillisMax,
        int transactionMillisMax,
        int repeatsMax) {
    /** What a broker runs with unless told otherwise. */
    public static final DatabaseSettings DEFAULTS = new DatabaseSettings(6, 4, 1_000, 3_000, 5_000, 5);

    private static final int CONNECTIONS_MAX = 1_000;

    public DatabaseSettings {
        checkConnections("hot-connections", hotConnections);
        checkConnections("management-connections", managementConnections);
    }

    private static void checkConnections(String name, int connections) {
        if (connections < 1 || connections > CONNECTIONS_MAX) {
            throw new IllegalArgumentException(name + " must be 1 to " + CONNECTIONS_MAX);
        }
    }

    /** From the start of a connection to a server's word that it takes writes; a busy one may take seconds for it. */
    int connectMillisMax() {
        return 4_000;
    }
}
