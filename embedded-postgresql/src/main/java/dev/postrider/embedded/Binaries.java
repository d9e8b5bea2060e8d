package dev.postrider.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** The server's programs for this machine, unpacked from the class path once per version. */
record Binaries(Path home, String version) {
    /** Written last: the size of every file, so that a copy cut short by a crash is recognised. */
    private static final String MANIFEST = "files.list";

    Path program(String name) {
        return home.resolve("bin").resolve(name);
    }

    /** The part of the version that decides whether it can read a data directory. */
    String majorVersion() {
        return version.substring(0, version.indexOf('.'));
    }

    /**
     * Finds the programs under {@code parent}, unpacking them first if they are missing or incomplete.
     *
     * @throws EmbeddedPostgresException if there are none for this machine or they cannot be written
     */
    static Binaries in(Path parent) {
        String version = packagedVersion();
        Binaries binaries = new Binaries(parent.resolve("bin-" + version), version);
        try {
            if (!binaries.complete()) {
                Files.createDirectories(parent);
                binaries.unpackInTurn();
            }
            return binaries;
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    "Cannot unpack PostgreSQL " + version + " into " + binaries.home + ": " + Words.of(e), e);
        }
    }

    /**
     * Makes sure that the programs run on this machine at all.
     *
     * @throws EmbeddedPostgresException with the usual causes
     */
    void checkRunnable() throws InterruptedException {
        String program = program("postgres").toString();
        if (!Command.succeeds(List.of(program, "--version"))) {
            throw new EmbeddedPostgresException(program + " cannot be run here: its file system may be mounted noexec,"
                    + " or this system may lack glibc (as Alpine does). Choose another data directory, or give this"
                    + " program the URL of a PostgreSQL server instead.");
        }
    }

    private boolean complete() throws IOException {
        Path manifest = home.resolve(MANIFEST);
        if (!Files.isRegularFile(manifest)) {
            return false;
        }
        for (String line : Files.readAllLines(manifest)) {
            int space = line.indexOf(' ');
            Path file = home.resolve(line.substring(space + 1));
            if (!Files.isRegularFile(file) || Files.size(file) != Long.parseLong(line.substring(0, space))) {
                return false;
            }
        }
        return true;
    }

    /** Programs that share a directory of binaries may find them missing at once: one unpacks, the others wait. */
    private void unpackInTurn() throws IOException {
        // A file lock is the process's: threads of one process need a monitor besides.
        synchronized (Binaries.class) {
            try (FileChannel channel = FileChannel.open(
                            home.resolveSibling(home.getFileName() + ".lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
                    FileLock turn = channel.lock()) {
                if (turn.isValid() && !complete()) {
                    unpack();
                }
            }
        }
    }

    private void unpack() throws IOException {
        Path parent = home.getParent();
        FileTree.deleteSiblings(parent, home.getFileName() + ".new-");
        Path fresh = Files.createTempDirectory(parent, home.getFileName() + ".new-");
        try (InputStream archive = packaged();
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new BufferedInputStream(new XZInputStream(archive), 1 << 16))) {
            List<String> manifest = new ArrayList<>();
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (wanted(entry.getName())) {
                    write(fresh, tar, entry, manifest);
                }
            }
            Files.write(fresh.resolve(MANIFEST), manifest, StandardCharsets.UTF_8);
            letOthersEnter(fresh);
            FileTree.delete(home);
            Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            FileTree.delete(fresh);
        }
    }

    /** The server may run as another user than the one who unpacks, whose umask may be strict. */
    private static void letOthersEnter(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path directory : (Iterable<Path>) all.filter(Files::isDirectory)::iterator) {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    private static void write(Path root, InputStream content, TarArchiveEntry entry, List<String> manifest)
            throws IOException {
        Path file = root.resolve(entry.getName()).normalize();
        if (!file.startsWith(root)) {
            throw new IOException("the archive points outside of itself: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(file);
        } else if (entry.isSymbolicLink()) {
            Files.createDirectories(file.getParent());
            Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
        } else {
            Files.createDirectories(file.getParent());
            Files.copy(content, file);
            boolean program = (entry.getMode() & 0100) != 0;
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
            manifest.add(Files.size(file) + " " + root.relativize(file));
        }
    }

    /** Half of the archive is for building extensions and clients in C. */
    private static boolean wanted(String name) {
        return !name.endsWith(".a")
                && !name.contains("/pkgconfig")
                && !name.contains("/pgxs")
                && !name.contains("/include/")
                && !name.contains("/libecpg")
                && !name.contains("/libpgtypes");
    }

    private static InputStream packaged() {
        String resource = "/postgres-" + system() + "-" + architecture() + ".txz";
        InputStream archive = Binaries.class.getResourceAsStream(resource);
        if (archive == null) {
            throw new EmbeddedPostgresException("No PostgreSQL for " + System.getProperty("os.name") + " on "
                    + System.getProperty("os.arch") + " is packaged with this program (" + resource
                    + "). Give it the URL of a PostgreSQL server instead.");
        }
        return archive;
    }

    private static String system() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (name.startsWith("linux")) {
            return "linux";
        }
        return name.startsWith("mac") ? "darwin" : name.replace(' ', '-');
    }

    private static String architecture() {
        String name = System.getProperty("os.arch");
        return switch (name) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64" -> "arm_64";
            default -> name;
        };
    }

    private static String packagedVersion() {
        try (InputStream in = Binaries.class.getResourceAsStream("binaries.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new EmbeddedPostgresException("Cannot read the version of the packaged PostgreSQL: " + e, e);
        }
    }
}
