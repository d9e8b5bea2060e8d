package dev.postrider.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** How much of the processors other guests of the machine's host had, by Linux's {@code /proc/stat}; else 0. */
final class StolenTime {
    private static final Path STAT = Path.of("/proc/stat");
    /** user, nice, system, idle, iowait, irq, softirq, steal: proc(5). */
    private static final int STEAL = 7;

    private long stolenBefore;
    private long allBefore;

    StolenTime() {
        percentSinceLast();
    }

    /** Per cent of the time of all processors since the last call. */
    double percentSinceLast() {
        long[] ticks = ticks();
        long stolen = ticks[STEAL];
        long all = Arrays.stream(ticks).limit(STEAL + 1).sum();
        double percent = 100.0 * (stolen - stolenBefore) / Math.max(1, all - allBefore);
        stolenBefore = stolen;
        allBefore = all;
        return percent;
    }

    private static long[] ticks() {
        if (!Files.isReadable(STAT)) {
            return new long[STEAL + 1];
        }
        try (var lines = Files.lines(STAT)) {
            String[] fields = lines.findFirst().orElseThrow().trim().split("\\s+");
            return Arrays.stream(fields).skip(1).mapToLong(Long::parseLong).toArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
