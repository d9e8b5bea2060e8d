package dev.postrider.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The layout of a data directory.
 *
 * <pre>
 * pgdata/           PostgreSQL's own files
 * password          of the database user, for its owner only
 * bin-18.6.0/       the server's programs, unless kept elsewhere
 * lock              held as long as a process uses the directory; its text is that process's id
 * postgresql.log    what the server said, and postgresql.log.1 before that
 * </pre>
 */
final class DataDirectory {
    private static final int PASSWORD_BYTES = 24;

    private final Path root;
    private final int owner;

    private DataDirectory(Path root, int owner) {
        this.root = root;
        this.owner = owner;
    }

    /**
     * Makes the directory if it is missing.
     *
     * @throws EmbeddedPostgresException if it is not a directory that this process can write
     */
    static DataDirectory open(Path given) {
        Path path = given.toAbsolutePath().normalize();
        try {
            if (!Files.isDirectory(path)) {
                if (path.getParent() != null) {
                    Files.createDirectories(path.getParent());
                }
                Files.createDirectory(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            Path root = path.toRealPath();
            if (Files.exists(root.resolve("PG_VERSION"))) {
                throw new EmbeddedPostgresException(root + " is the data directory of another PostgreSQL server."
                        + " Choose a directory of its own for the embedded one.");
            }
            // The one way to know both at once: whether we can write, and who we are.
            Path probe = Files.createTempFile(root, "probe-", "");
            int user = FileTree.owner(probe);
            Files.delete(probe);
            return new DataDirectory(root, user);
        } catch (FileAlreadyExistsException e) {
            throw new EmbeddedPostgresException(
                    "The data directory " + path + " cannot be made: " + e.getFile() + " is a file, not a directory.",
                    e);
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    "The data directory " + path + " cannot be used: " + Words.of(e)
                            + ". It must be writable for the user who runs this program ("
                            + System.getProperty("user.name") + ").",
                    e);
        }
    }

    Path root() {
        return root;
    }

    /** PostgreSQL's own directory; exists only complete. */
    Path cluster() {
        return root.resolve("pgdata");
    }

    Path passwordFile() {
        return root.resolve("password");
    }

    Path log() {
        return root.resolve("postgresql.log");
    }

    /** The user, as a number, as whom this process writes files. */
    int processUser() {
        return owner;
    }

    boolean isNew() {
        return !Files.exists(cluster());
    }

    /**
     * Refuses a cluster of another major version, which this server could not read.
     *
     * @throws EmbeddedPostgresException with the way out
     */
    void checkVersion(Binaries binaries) {
        Path file = cluster().resolve("PG_VERSION");
        try {
            String version = Files.readString(file, StandardCharsets.US_ASCII).strip();
            if (!version.equals(binaries.majorVersion())) {
                throw new EmbeddedPostgresException("The data in " + cluster() + " was written by PostgreSQL " + version
                        + ", this program brings PostgreSQL " + binaries.version()
                        + ". Start the version that wrote it, or dump the data there and restore it into a new"
                        + " data directory.");
            }
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    cluster() + " is not a whole PostgreSQL data directory: " + Words.of(e)
                            + ". Restore it from a backup, or move it away to start anew.",
                    e);
        }
    }

    /** The kept password, or a new one if there is no cluster yet that would expect another. */
    String password() {
        Path file = passwordFile();
        try {
            if (Files.exists(file)) {
                return Files.readString(file, StandardCharsets.US_ASCII).strip();
            }
            if (!isNew()) {
                throw new EmbeddedPostgresException("The database's password is missing: " + file
                        + " was deleted. Put it back from a backup; without it the data cannot be reached.");
            }
            return writeNewPassword(file);
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    "The database's password in " + file + " cannot be read: " + Words.of(e), e);
        }
    }

    private String writeNewPassword(Path file) throws IOException {
        byte[] bytes = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(bytes);
        String password = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        // Temporary files are for their owner only from the first moment.
        Path fresh = Files.createTempFile(root, "password-", "");
        Files.writeString(fresh, password + "\n", StandardCharsets.US_ASCII);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        return password;
    }

    /** Lets in who knows the password, over loopback, and nobody else; rewritten so that no edit weakens it. */
    void writeAccessRules() {
        Path file = cluster().resolve("pg_hba.conf");
        String rules =
                """
                # Written at every start of the embedded PostgreSQL.
                # TYPE  DATABASE  USER  ADDRESS       METHOD
                host    all       all   127.0.0.1/32  scram-sha-256
                """;
        try {
            // In place: the file keeps its owner, who need not be this process's user.
            Files.writeString(file, rules, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new EmbeddedPostgresException("Cannot write " + file + ": " + Words.of(e), e);
        }
    }
}
