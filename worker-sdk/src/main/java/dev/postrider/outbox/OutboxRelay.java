package dev.postrider.outbox;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Publishes what the outbox holds, in the background, on a thread of its own.
 *
 * <ul>
 *   <li>A record is deleted in the transaction that had locked it, after the broker has confirmed it. A crash in
 *       between repeats the publish under the same id, which the broker recognises within the queue's deduplication
 *       window.
 *   <li>Any number of relays may run on one outbox, in one process or in many. Records of one queue and key are
 *       published in the order of their insertion, whichever relays take them.
 *   <li>While the broker or the database is away the relay pauses, longer each time and with jitter. Writers notice
 *       nothing.
 *   <li>A queue that takes nothing (it is full, or absent) is held back by itself; the others go on.
 *   <li>A record that the broker will not take as it is (too large, say) is tried again with growing pauses, and the
 *       later records of its key wait for it. After the last attempt it is parked: it stays in the table with its
 *       error, to be released or discarded through {@link OutboxBacklog}, and its key goes on without it.
 * </ul>
 *
 * <p>Thread-safe. To start twice and to stop twice or before the start does nothing; a stopped relay stays stopped.
 */
public final class OutboxRelay implements AutoCloseable {
    private static final Logger LOG = System.getLogger(OutboxRelay.class.getName());
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

    private final Connections connections;
    private final OutboxPublisher publisher;
    private final RelaySettings settings;
    private final Jitter jitter = new Jitter(new SecureRandom());
    private final HeldQueues heldQueues;
    private final WakeSignal signal = new WakeSignal();
    private final RelayStatus status = new RelayStatus();
    private final ReentrantLock passLock = new ReentrantLock();
    private final Thread thread = new Thread(this::relay, "postrider-outbox-relay");
    private int limit;
    private int failures;

    private OutboxRelay(Connections connections, OutboxPublisher publisher, RelaySettings settings) {
        this.connections = connections;
        this.publisher = publisher;
        this.settings = settings;
        this.heldQueues = new HeldQueues(settings.backoff(), jitter);
        this.limit = settings.batchRecords();
        thread.setDaemon(true);
    }

    /** Where a relay gets its connections, one at a time: {@code dataSource::getConnection}. It closes them. */
    @FunctionalInterface
    public interface Connections {
        Connection open() throws SQLException;
    }

    /**
     * What one pass did.
     *
     * @param published records that the broker has and the table no longer
     * @param refused records that will be tried again later, or are parked
     * @param more there may be more to do at once
     * @param failure why the pass could not do its work, if it could not
     */
    public record Pass(int published, int refused, boolean more, Optional<Exception> failure) {}

    /**
     * How the relay fares, since it was made.
     *
     * @param parked records given up; {@link OutboxBacklog} lists them
     * @param failingSince when the broker or the database went away, if either is
     * @param lastError the latest refusal or failure, if there ever was one
     */
    public record Status(long published, long parked, Optional<Instant> failingSince, Optional<String> lastError) {}

    /** A relay with defaults that fit most applications. */
    public static Builder builder(Connections connections, OutboxPublisher publisher) {
        return new Builder(connections, publisher);
    }

    /** Starts the background thread, a daemon. */
    public void start() {
        passLock.lock();
        try {
            if (thread.getState() == Thread.State.NEW && !signal.isStopped()) {
                thread.start();
            }
        } finally {
            passLock.unlock();
        }
    }

    /** Says that a record has been committed: it is then published now instead of at the next poll. Never blocks. */
    public void wake() {
        signal.wake();
    }

    /**
     * Stops after the pass under way.
     *
     * @param patience how long to wait for that pass; it is interrupted then, and its records are published again
     * @return true if the relay has come to its end
     */
    public boolean stop(Duration patience) {
        signal.stop();
        try {
            thread.join(Math.max(1, patience.toMillis()));
            if (thread.isAlive()) {
                thread.interrupt();
                thread.join(CLOSE_PATIENCE.toMillis());
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    /** Stops as {@link #stop} does, with a patience of ten seconds. */
    @Override
    public void close() {
        stop(CLOSE_PATIENCE);
    }

    public Status status() {
        return status.read();
    }

    /**
     * Does one pass on the caller's thread, whether the relay is started or not: for tests, and for applications with a
     * scheduler of their own. Failures are part of the answer.
     */
    public Pass runOnce() {
        passLock.lock();
        try {
            return pass();
        } finally {
            passLock.unlock();
        }
    }

    private void relay() {
        try {
            while (!signal.isStopped()) {
                Pass pass = runOnce();
                if (pass.failure().isPresent()) {
                    signal.pause(jitter.spread(settings.backoff().after(failures)), false);
                } else if (!pass.more()) {
                    signal.pause(settings.pollInterval(), true);
                }
            }
        } catch (InterruptedException e) {
            // Only stop() interrupts: there is nothing left to do.
            Thread.currentThread().interrupt();
        }
    }

    private Pass pass() {
        RelayPass.Result result;
        try (Connection connection = connections.open()) {
            result = transact(connection);
        } catch (SQLException | RuntimeException e) {
            return failed(0, 0, e);
        } catch (AssertionError e) {
            // PostgreSQL's driver throws one when a connection dies under a batch; the relay must outlive that.
            return failed(0, 0, new SQLException("The database driver failed", e));
        }
        heldQueues.update(result.openQueues(), result.refusedQueues().keySet(), System.nanoTime());
        result.refusedQueues().forEach(this::announceHeld);
        status.count(result.published(), result.parked());
        if (result.parked() > 0) {
            LOG.log(Level.ERROR, "Parked {0} outbox records that the broker does not accept", result.parked());
        }
        if (result.brokerFailure() != null) {
            // A request that is too much for the network or for the time limit may pass in a smaller piece.
            limit = Math.max(1, limit / 2);
            return failed(result.published(), result.refused(), result.brokerFailure());
        }
        return succeeded(result);
    }

    private RelayPass.Result transact(Connection connection) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        boolean committed = false;
        try {
            begin(connection);
            RelayPass.Result result = new RelayPass(connection, publisher, settings, jitter, heldQueues).run(limit);
            connection.commit();
            committed = true;
            connection.setAutoCommit(autoCommit);
            return result;
        } finally {
            if (!committed) {
                rollBack(connection);
            }
        }
    }

    private void begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Each statement must see what others committed before it; a pool may have another default. The time limit
            // lets the database free the rows of a relay that is cut off from it or stands still.
            statement.execute("set transaction isolation level read committed");
            statement.execute("set local idle_in_transaction_session_timeout = "
                    + settings.transactionTimeout().toMillis());
        }
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "The rollback failed; the database rolls back by itself when the connection ends", e);
        }
    }

    private Pass succeeded(RelayPass.Result result) {
        failures = 0;
        limit = settings.batchRecords();
        if (status.recovered()) {
            LOG.log(Level.INFO, "The outbox is being relayed again");
        }
        boolean progress = result.published() > 0
                || result.refused() > 0
                || !result.refusedQueues().isEmpty();
        return new Pass(result.published(), result.refused(), result.full() && progress, Optional.empty());
    }

    private Pass failed(int published, int refused, Exception failure) {
        failures++;
        if (status.failed(failure)) {
            LOG.log(Level.WARNING, "The outbox cannot be relayed for now: {0}", failure.toString());
            LOG.log(Level.DEBUG, "The outbox cannot be relayed", failure);
        }
        return new Pass(published, refused, false, Optional.of(failure));
    }

    private void announceHeld(String queue, RuntimeException refusal) {
        status.refused(refusal);
        LOG.log(Level.WARNING, "Queue {0} takes no records for now: {1}", queue, refusal.getMessage());
    }

    /** Sets what differs from the defaults. Not thread-safe. */
    public static final class Builder {
        private final Connections connections;
        private final OutboxPublisher publisher;
        private int batchRecords = RelaySettings.DEFAULT.batchRecords();
        private Duration pollInterval = RelaySettings.DEFAULT.pollInterval();
        private int attemptsMax = RelaySettings.DEFAULT.attemptsMax();
        private RelaySettings.Range backoff = RelaySettings.DEFAULT.backoff();
        private RelaySettings.Range retry = RelaySettings.DEFAULT.retry();
        private Duration transactionTimeout = RelaySettings.DEFAULT.transactionTimeout();

        private Builder(Connections connections, OutboxPublisher publisher) {
            this.connections = Objects.requireNonNull(connections, "connections");
            this.publisher = Objects.requireNonNull(publisher, "publisher");
        }

        /** How many records one transaction takes at most; 500 by default. */
        public Builder batchRecords(int records) {
            batchRecords = records;
            return this;
        }

        /** How long a record waits at most before a relay that was not woken looks; 1 s by default. */
        public Builder pollInterval(Duration interval) {
            pollInterval = interval;
            return this;
        }

        /** The pauses while the broker or the database is away; 200 ms, doubled up to 10 s, by default. */
        public Builder backoff(Duration first, Duration longest) {
            backoff = new RelaySettings.Range(first, longest);
            return this;
        }

        /** The pauses between the attempts of a refused record; 1 s, doubled up to 5 minutes, by default. */
        public Builder retry(Duration first, Duration longest) {
            retry = new RelaySettings.Range(first, longest);
            return this;
        }

        /** After how many refusals a record is parked; 8 by default. */
        public Builder attemptsMax(int attempts) {
            attemptsMax = attempts;
            return this;
        }

        /**
         * After what time the database ends the transaction of a relay that hangs; 2 minutes by default. At least twice
         * the longest publish.
         */
        public Builder transactionTimeout(Duration timeout) {
            transactionTimeout = timeout;
            return this;
        }

        /**
         * Makes the relay; it does nothing before its start.
         *
         * @throws IllegalArgumentException if a setting is out of bounds
         */
        public OutboxRelay build() {
            RelaySettings settings = new RelaySettings(
                    batchRecords,
                    RelaySettings.DEFAULT.batchBytes(),
                    pollInterval,
                    attemptsMax,
                    backoff,
                    retry,
                    transactionTimeout);
            return new OutboxRelay(connections, publisher, settings);
        }
    }
}
