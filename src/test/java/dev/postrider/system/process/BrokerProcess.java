package dev.postrider.system.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The packaged broker as a process, by default with its embedded PostgreSQL. */
public final class BrokerProcess extends JavaProgram {
    private Path dataDirectory;
    private boolean embedded = true;

    BrokerProcess(Path jar, Path directory, int port) {
        super("broker on " + port, jar, directory, port);
        dataDirectory(directory.resolve("data"));
    }

    /** Lets later starts use {@code url} instead of the embedded PostgreSQL. */
    public BrokerProcess onDatabase(String url) {
        env("POSTRIDER_DATABASE_URL", url);
        embedded = false;
        return this;
    }

    @Override
    void prepare() {
        if (embedded) {
            ServerPrograms.linkInto(dataDirectory);
        }
    }

    private void dataDirectory(Path path) {
        dataDirectory = path;
        env("POSTRIDER_DATA_DIR", path.toString());
    }

    /** Where its embedded PostgreSQL keeps everything. */
    public Path dataDirectory() {
        return dataDirectory;
    }

    @Override
    public Optional<ProcessHandle> databaseProcess() {
        return Postmaster.of(dataDirectory);
    }

    /** What another broker would need to use this one's embedded PostgreSQL, which must run. */
    public String databaseUrl() {
        try {
            return "postgresql://postrider:"
                    + Files.readString(dataDirectory.resolve("password")).strip() + "@127.0.0.1:"
                    + Postmaster.portOf(dataDirectory).orElseThrow() + "/postrider";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The API of this broker. */
    public BrokerApi api() {
        return new BrokerApi(uri(""));
    }
}
