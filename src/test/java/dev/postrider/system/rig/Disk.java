package dev.postrider.system.rig;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where a PostgreSQL server keeps its files: a file system of its own, small enough to be filled, where we may mount
 * one; otherwise a plain directory.
 */
final class Disk implements AutoCloseable {
    private static final int MEBIBYTE = 1 << 20;

    private final Path root;
    private final boolean bounded;

    private Disk(Path root, boolean bounded) {
        this.root = root;
        this.bounded = bounded;
    }

    /** Makes one; on a plain directory {@code directory} if mounting is not allowed here. */
    static Disk of(int mebibytes, Path directory) {
        try {
            Path mount = Files.createTempDirectory("postrider-rig-");
            Files.setPosixFilePermissions(mount, PosixFilePermissions.fromString("rwxr-xr-x"));
            if (Shell.run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", mount.toString())) {
                return new Disk(mount, true);
            }
            Files.delete(mount);
            return new Disk(Files.createDirectories(directory), false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path root() {
        return root;
    }

    /** Whether it can be filled without harm to the rest of the machine. */
    boolean isBounded() {
        return bounded;
    }

    /** Leaves no byte free. */
    void fill() {
        if (!bounded) {
            throw new IllegalStateException("This disk belongs to all");
        }
        byte[] block = new byte[MEBIBYTE];
        // Smaller and smaller pieces, since a file system may refuse the last block and still have room.
        for (int size = MEBIBYTE; size >= 1; size /= 16) {
            try (OutputStream out = Files.newOutputStream(root.resolve("ballast-" + size))) {
                while (true) {
                    out.write(block, 0, size);
                }
            } catch (IOException e) {
                // It is full, which was the aim.
            }
        }
    }

    /** Takes back what {@link #fill()} took. */
    void free() {
        try {
            for (int size = MEBIBYTE; size >= 1; size /= 16) {
                Files.deleteIfExists(root.resolve("ballast-" + size));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (bounded) {
            if (!Shell.run("umount", root.toString())) {
                Shell.run("umount", "-l", root.toString());
            }
            Shell.run("rmdir", root.toString());
        }
    }
}
