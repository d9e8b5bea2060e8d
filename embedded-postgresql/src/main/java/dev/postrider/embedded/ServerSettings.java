package dev.postrider.embedded;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the server is told on its command line, which nothing written into the data directory (such as
 * {@code ALTER SYSTEM}) overrides.
 */
final class ServerSettings {
    /** What "stored" means. Asserted again in a session, because a role or a database may carry its own value. */
    static final Map<String, String> DURABLE =
            Map.of("fsync", "on", "synchronous_commit", "on", "full_page_writes", "on");

    private static final Map<String, String> CLOSED = Map.of(
            "listen_addresses", EmbeddedPostgres.HOST,
            "unix_socket_directories", "",
            "password_encryption", "scram-sha-256",
            // Standard error goes through a pipe to ServerLog, which bounds it.
            "log_destination", "stderr",
            "logging_collector", "off",
            "log_line_prefix", ServerLog.LINE_PREFIX);

    private ServerSettings() {}

    /** Settings that nobody may choose: durability, loopback, passwords, and what this module itself relies on. */
    static Set<String> fixedNames() {
        Set<String> names = new TreeSet<>(DURABLE.keySet());
        names.addAll(CLOSED.keySet());
        names.addAll(
                Set.of("port", "data_directory", "hba_file", "ident_file", "external_pid_file", "wal_sync_method"));
        return names;
    }

    /** The server's arguments. */
    static List<String> arguments(EmbeddedPostgresOptions options, DataDirectory directory, int port) {
        Map<String, String> settings = new LinkedHashMap<>(defaults());
        settings.putAll(options.settings());
        settings.putAll(CLOSED);
        settings.putAll(DURABLE);
        settings.put("port", Integer.toString(port));
        List<String> arguments =
                new ArrayList<>(List.of("-D", directory.cluster().toString()));
        settings.forEach((name, value) -> {
            arguments.add("-c");
            arguments.add(name + "=" + value);
        });
        return arguments;
    }

    private static Map<String, String> defaults() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("cluster_name", "postrider");
        settings.put("timezone", "UTC");
        settings.put("log_timezone", "UTC");
        settings.put("max_connections", "100");
        settings.put("shared_buffers", sharedBuffersMegabytes(memoryBytes()) + "MB");
        settings.put("wal_level", "replica");
        // Chunks are written once and deleted soon: frequent checkpoints would write every page for nothing. After a
        // crash it replays 3 GB at most, four to seven seconds (measured).
        settings.put("checkpoint_timeout", "10min");
        settings.put("max_wal_size", "3GB");
        // Of these 3 GB a checkpoint begins after two, not after the 1.6 of the default: by then fewer chunks are left
        // to write out.
        settings.put("checkpoint_completion_target", "0.5");
        settings.put("min_wal_size", "256MB");
        settings.put("wal_compression", "off");
        // New segments would be written twice, with zeroes first; without, a flush takes 0.085 instead of 0.056 ms.
        settings.put("wal_init_zero", "off");
        // A queue's tables turn over in seconds; the default of a minute lets dead rows pile up.
        settings.put("autovacuum", "on");
        settings.put("autovacuum_naptime", "10s");
        // No statement of a queue gains by it, and containers often give it too little shared memory.
        settings.put("max_parallel_workers_per_gather", "0");
        if (System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac")) {
            // Elsewhere the default reaches the disk; on a Mac it stops in the drive's volatile cache.
            settings.put("wal_sync_method", "fsync_writethrough");
        }
        return settings;
    }

    /**
     * An eighth of the memory: chunks that are gone before they leave it are never written to their tables' files. A
     * quarter, as servers of their own get, is too much beside a broker.
     */
    static long sharedBuffersMegabytes(long memoryBytes) {
        return Math.max(128, Math.min(2_048, memoryBytes / 8 >> 20));
    }

    /** What this process may use: of the machine, or of the container. */
    private static long memoryBytes() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 0;
    }
}
