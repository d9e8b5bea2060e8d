package dev.postrider.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * The right to use one data directory: a lock of the operating system, which ends with the process however that ends.
 *
 * <p>POSIX drops such a lock as soon as the process closes <em>any</em> descriptor of the file. So a directory that
 * this JVM holds is recognised before the file is touched, and a channel on which another class loader's lock shows up
 * is kept open for good.
 */
final class DirectoryLock implements AutoCloseable {
    private static final int TEXT_BYTES_MAX = 32;
    private static final Set<Path> HELD_HERE = new HashSet<>();
    private static final Set<FileChannel> NEVER_CLOSED = new HashSet<>();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Takes the lock at once or not at all.
     *
     * @param directory as a real path
     * @throws EmbeddedPostgresException if it is held, naming the holder if known
     */
    static DirectoryLock take(Path directory) {
        synchronized (HELD_HERE) {
            if (HELD_HERE.contains(directory)) {
                throw held(directory, ownProcess());
            }
            try {
                FileChannel channel = FileChannel.open(
                        directory.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
                lock(directory, channel);
                channel.truncate(0);
                channel.write(ByteBuffer.wrap(ownProcess().getBytes(StandardCharsets.US_ASCII)), 0);
                HELD_HERE.add(directory);
                return new DirectoryLock(directory, channel);
            } catch (IOException e) {
                throw new EmbeddedPostgresException("Cannot lock the data directory " + directory + ": " + e, e);
            }
        }
    }

    private static void lock(Path directory, FileChannel channel) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            NEVER_CLOSED.add(channel);
            throw held(directory, ownProcess());
        }
        if (lock == null) {
            try (channel) {
                throw held(directory, text(channel));
            }
        }
    }

    private static String text(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(TEXT_BYTES_MAX);
        channel.read(bytes, 0);
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
    }

    private static String ownProcess() {
        return Long.toString(ProcessHandle.current().pid());
    }

    private static EmbeddedPostgresException held(Path directory, String process) {
        String holder = process.isEmpty() ? "another process" : "process " + process;
        return new EmbeddedPostgresException("The data directory " + directory + " is in use by " + holder
                + ". Stop that one first, or choose another data directory.");
    }

    @Override
    public void close() {
        synchronized (HELD_HERE) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new EmbeddedPostgresException("Cannot unlock the data directory " + directory + ": " + e, e);
            } finally {
                HELD_HERE.remove(directory);
            }
        }
    }
}
