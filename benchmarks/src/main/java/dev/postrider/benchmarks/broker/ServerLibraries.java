package dev.postrider.benchmarks.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The class paths of servers that come as Maven artifacts: {@code benchmarks/target/servers/NAME/*.jar}. */
final class ServerLibraries {
    private ServerLibraries() {}

    private static Path directory(String name) {
        Path root = Path.of(System.getProperty("postrider.benchmarks", "benchmarks/target"));
        return root.toAbsolutePath().resolve("servers").resolve(name);
    }

    /** Why there are none, or null if there are. */
    static String missing(String name) {
        return Files.isDirectory(directory(name)) ? null : "there is no " + directory(name);
    }

    static String classPath(String name) {
        return directory(name) + "/*";
    }

    /** The version of an artifact, by the name of its file. */
    static String version(String name, String artifact) {
        try (Stream<Path> files = Files.list(directory(name))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.matches(artifact + "-\\d.*\\.jar"))
                    .map(file -> file.substring(artifact.length() + 1, file.length() - ".jar".length()))
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
