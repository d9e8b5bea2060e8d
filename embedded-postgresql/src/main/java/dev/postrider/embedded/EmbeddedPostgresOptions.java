package dev.postrider.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * How to start an embedded database.
 *
 * @param dataDirectory where everything lives that must be kept; made if missing
 * @param binariesDirectory where the server's programs are unpacked, so that several data directories can share them;
 *     null for inside the data directory
 * @param port 1 to 65535, or 0 for a free one, which may differ from start to start
 * @param database name of the database, made if missing: 1 to 63 lower-case letters, digits, underscores
 * @param settings server settings beyond or instead of the module's own; those that durability or safety rest on are
 *     refused
 * @param listener is told when the server dies and comes back
 */
public record EmbeddedPostgresOptions(
        Path dataDirectory,
        Path binariesDirectory,
        int port,
        String database,
        Map<String, String> settings,
        EmbeddedPostgresListener listener) {
    public static final String DATABASE_DEFAULT = "postrider";

    public EmbeddedPostgresOptions {
        Objects.requireNonNull(dataDirectory, "dataDirectory");
        Objects.requireNonNull(listener, "listener");
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port must be 0 to 65535, not " + port);
        }
        if (!database.matches("[a-z_][a-z0-9_]{0,62}")) {
            throw new IllegalArgumentException("not a plain database name: " + database);
        }
        settings = Map.copyOf(settings);
        Set<String> fixed = ServerSettings.fixedNames();
        for (String name : settings.keySet()) {
            if (!name.matches("[a-z_][a-z0-9_.]*") || fixed.contains(name)) {
                throw new IllegalArgumentException("the setting '" + name + "' is not yours to choose");
            }
        }
    }

    /** A database in {@code dataDirectory} on a free port, with everything else at its default. */
    public static EmbeddedPostgresOptions in(Path dataDirectory) {
        return new EmbeddedPostgresOptions(
                dataDirectory, null, 0, DATABASE_DEFAULT, Map.of(), EmbeddedPostgresListener.NONE);
    }

    public EmbeddedPostgresOptions withBinariesDirectory(Path directory) {
        return new EmbeddedPostgresOptions(dataDirectory, directory, port, database, settings, listener);
    }

    public EmbeddedPostgresOptions withPort(int fixedPort) {
        return new EmbeddedPostgresOptions(dataDirectory, binariesDirectory, fixedPort, database, settings, listener);
    }

    public EmbeddedPostgresOptions withDatabase(String name) {
        return new EmbeddedPostgresOptions(dataDirectory, binariesDirectory, port, name, settings, listener);
    }

    public EmbeddedPostgresOptions withSetting(String name, String value) {
        Map<String, String> more = new TreeMap<>(settings);
        more.put(name, value);
        return new EmbeddedPostgresOptions(dataDirectory, binariesDirectory, port, database, more, listener);
    }

    public EmbeddedPostgresOptions withListener(EmbeddedPostgresListener told) {
        return new EmbeddedPostgresOptions(dataDirectory, binariesDirectory, port, database, settings, told);
    }
}
