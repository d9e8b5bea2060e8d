package dev.postrider.embedded;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A program with an embedded database, for tests that kill it: {@code <data directory> <binaries directory>}. Says
 * {@code ready <server process> <url>} or {@code refused <message>}, and stops in order at a line on its input.
 */
final class DatabaseProgram {
    private DatabaseProgram() {}

    public static void main(String[] arguments) throws IOException {
        long began = System.nanoTime();
        EmbeddedPostgresOptions options =
                EmbeddedPostgresOptions.in(Path.of(arguments[0])).withBinariesDirectory(Path.of(arguments[1]));
        try (EmbeddedPostgres database = EmbeddedPostgres.start(options)) {
            System.err.println("took " + (System.nanoTime() - began) / 1_000_000 + " ms");
            System.out.println("ready " + database.serverProcessId() + " " + database.url());
            System.in.read();
        } catch (EmbeddedPostgresException e) {
            System.out.println("refused " + e.getMessage());
        }
    }
}
