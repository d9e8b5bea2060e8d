package dev.postrider.system.rig;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/** Copies a running server's files as pg_basebackup would, which the embedded binaries lack. */
final class BaseBackup {
    /** Left out: what belongs to the running process, and the log, which the copy fetches from the original. */
    private static final Set<String> CONTENT_LEFT_OUT =
            Set.of("pg_wal", "pg_replslot", "pg_dynshmem", "pg_notify", "pg_serial", "pg_snapshots", "pg_stat_tmp");

    private static final Set<String> FILES_LEFT_OUT = Set.of("postmaster.pid", "postmaster.opts", "standby.signal");

    private BaseBackup() {}

    /** Copies {@code server}'s data directory to {@code target}, which does not exist. */
    static void copy(PostgresServer server, Path target) throws SQLException, IOException {
        try (Connection connection = server.connect("backup");
                Statement statement = connection.createStatement()) {
            statement.execute("select pg_backup_start('rig', true)");
            copyTree(server.data(), target);
            try (ResultSet stopped = statement.executeQuery("select labelfile from pg_backup_stop(false)")) {
                stopped.next();
                Files.writeString(target.resolve("backup_label"), stopped.getString(1));
            }
        }
        ServerUser.giveAs(server.data(), target);
    }

    private static void copyTree(Path source, Path target) throws IOException {
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Path relative = source.relativize(directory);
                Files.createDirectories(target.resolve(relative));
                boolean leftOut = relative.getNameCount() == 2
                        && CONTENT_LEFT_OUT.contains(relative.getName(0).toString());
                return leftOut ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path relative = source.relativize(file);
                boolean leftOut = FILES_LEFT_OUT.contains(relative.toString())
                        || relative.getNameCount() > 1
                                && CONTENT_LEFT_OUT.contains(relative.getName(0).toString());
                if (!leftOut) {
                    copyFile(file, target.resolve(relative));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                return gone(failure);
            }
        });
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwx------"));
    }

    private static void copyFile(Path file, Path target) throws IOException {
        try {
            Files.copy(file, target);
        } catch (IOException e) {
            gone(e);
        }
    }

    /** Files come and go under a running server; the log brings the copy up to date. */
    private static FileVisitResult gone(IOException failure) throws IOException {
        if (failure instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
        }
        throw failure;
    }
}
