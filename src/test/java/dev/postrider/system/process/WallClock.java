package dev.postrider.system.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The wall clock of one program, which can be set wrong and be set again while it runs. Its monotonic clock is left
 * alone, as by everybody who sets a machine's clock. Needs {@code libfaketime}.
 */
public final class WallClock {
    private static final List<Path> LIBRARIES = List.of(
            Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib64/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib/faketime/libfaketimeMT.so.1"));
    private static final Pattern DATE = Pattern.compile("(?m)^(\\d{4}-\\d\\d-\\d\\dT[\\d:.]+)([+-]\\d\\d)(\\d\\d):");

    private final JavaProgram program;
    private final Path setting;

    private WallClock(JavaProgram program) {
        this.program = program;
        this.setting = program.directory().resolveSibling(program.directory().getFileName() + ".clock");
    }

    /** The library, if it is installed. */
    public static Optional<Path> library() {
        return LIBRARIES.stream().filter(Files::isRegularFile).findFirst();
    }

    /** Takes charge of the clock of a program that is not started yet. {@link #library()} must be there. */
    public static WallClock of(JavaProgram program, Duration off) {
        WallClock clock = new WallClock(program);
        clock.set(off);
        program.env("LD_PRELOAD", library().orElseThrow().toString());
        program.env("FAKETIME_TIMESTAMP_FILE", clock.setting.toString());
        program.env("FAKETIME_CACHE_DURATION", "1");
        program.env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        // Otherwise waits by the monotonic clock end at once: the library takes their times for those of the wall
        // clock.
        program.env("FAKETIME_FORCE_MONOTONIC_FIX", "0");
        return clock;
    }

    /** From a second later on the program's clock is so much ahead of ours, or behind it if negative. */
    public void set(Duration off) {
        try {
            Files.createDirectories(setting.getParent());
            // At once: the program reads it at any moment.
            Path next = Files.writeString(
                    setting.resolveSibling(setting.getFileName() + ".next"),
                    String.format(Locale.ROOT, "%+ds%n", off.toSeconds()));
            Files.move(next, setting, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How much the running program says to be ahead of us, give or take what it takes to ask it. */
    public Duration off() {
        try {
            Process jcmd = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(program.pid()),
                            "VM.uptime",
                            "-date")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher date = DATE.matcher(said);
            if (!date.find()) {
                throw new IllegalStateException("No date: " + said);
            }
            Instant theirs = Instant.parse(date.group(1) + date.group(2) + ":" + date.group(3));
            return Duration.between(Instant.now(), theirs);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
