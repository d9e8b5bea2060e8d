package dev.postrider.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Small programs of the operating system. */
final class Command {
    private static final long SECONDS_MAX = 10;

    private Command() {}

    /** Where the search path has {@code program}. */
    static Optional<String> find(String program) {
        String path = System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
        // Services often run without the directories that hold setpriv and chroot.
        for (String directory : (path + ":/usr/sbin:/sbin:/usr/bin:/bin").split(File.pathSeparator)) {
            Path candidate = Path.of(directory).resolve(program);
            if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
                return Optional.of(candidate.toString());
            }
        }
        return Optional.empty();
    }

    /** Runs a command to its end; whether it ended well, and soon. */
    static boolean succeeds(List<String> command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                process.getOutputStream().close();
                return process.waitFor(SECONDS_MAX, TimeUnit.SECONDS) && process.exitValue() == 0;
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return false;
        }
    }

    /** Sends a signal, which Java can only do for two of them. */
    static void signal(ProcessHandle process, String signal) throws InterruptedException {
        // It may have ended meanwhile: who signals looks afterwards anyway.
        boolean sent = succeeds(List.of("sh", "-c", "kill -s " + signal + " " + process.pid()));
        if (!sent && process.isAlive()) {
            process.destroy();
        }
    }

    /** {@code first} followed by {@code rest}. */
    static List<String> join(List<String> first, List<String> rest) {
        List<String> all = new ArrayList<>(first);
        all.addAll(rest);
        return all;
    }
}
