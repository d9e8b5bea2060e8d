package dev.postrider.benchmarks.workload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How many bytes this machine has written to its disks, as Linux counts them in {@code /proc/diskstats}: whoever wrote
 * them, so nothing else should write meanwhile.
 */
final class DiskWrites {
    private static final int NAME = 2;
    private static final int SECTORS_WRITTEN = 9;
    private static final int SECTOR_BYTES = 512;

    private DiskWrites() {}

    /** With all that was still to be written; 0: this is not known here. */
    static long bytes() {
        Path statistics = Path.of("/proc/diskstats");
        if (!Files.isReadable(statistics)) {
            return 0;
        }
        try {
            new ProcessBuilder("sync").start().waitFor();
            long sectors = 0;
            for (String line : Files.readAllLines(statistics)) {
                String[] columns = line.trim().split("\\s+");
                if (isDisk(columns[NAME])) {
                    sectors += Long.parseLong(columns[SECTORS_WRITTEN]);
                }
            }
            return sectors * SECTOR_BYTES;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** Not a part of one, nor what lies on top of one or in memory. */
    private static boolean isDisk(String name) {
        return Files.exists(Path.of("/sys/block", name, "device"));
    }
}
