package dev.postrider.system.process;

import dev.postrider.embedded.EmbeddedPostgres;
import dev.postrider.embedded.EmbeddedPostgresOptions;
import java.nio.file.Path;

/** A PostgreSQL server beside the brokers, as an operator would run one. */
public final class Database implements AutoCloseable {
    private final EmbeddedPostgres server;

    Database(Path directory) {
        server = EmbeddedPostgres.start(
                EmbeddedPostgresOptions.in(directory).withBinariesDirectory(ServerPrograms.shared()));
    }

    /** The address in the form that a broker takes. */
    public String url() {
        return server.url();
    }

    @Override
    public void close() {
        server.close();
    }
}
