package dev.postrider.system.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The programs of PostgreSQL, which take seconds to unpack: once, and not for each data directory anew. */
public final class ServerPrograms {
    private static final String FOLDER = "bin-[0-9.]+";

    private ServerPrograms() {}

    /** Where a server is told to unpack them, if they are not there yet. */
    public static Path shared() {
        return RunningPrograms.kept("postgresql");
    }

    /** Lets a program that unpacks them into its data directory find them there, if anybody has unpacked them. */
    static void linkInto(Path dataDirectory) {
        if (!Files.isDirectory(shared())) {
            return;
        }
        try (Stream<Path> folders = Files.list(shared())) {
            for (Path folder : (Iterable<Path>) folders::iterator) {
                Path link = dataDirectory.resolve(folder.getFileName());
                if (folder.getFileName().toString().matches(FOLDER) && !Files.exists(link)) {
                    Files.createDirectories(dataDirectory);
                    Files.createSymbolicLink(link, folder);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
