package dev.postrider.benchmarks.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What it was measured on, as far as it can be found out. */
final class Machine {
    private Machine() {}

    static String description() {
        return Runtime.getRuntime().availableProcessors() + " cores (" + line("/proc/cpuinfo", "model name") + "), "
                + memory() + ", Linux " + System.getProperty("os.version") + ", Java "
                + Runtime.version();
    }

    private static String memory() {
        String total = line("/proc/meminfo", "MemTotal").replaceAll("\\D", "");
        return total.isEmpty() ? "unknown memory" : Math.round(Long.parseLong(total) / 1_048_576.0) + " GiB";
    }

    /** What follows the colon in the first line that begins so. */
    private static String line(String file, String beginning) {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(beginning))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** The commit of the working copy, marked if files other than results differ from it. */
    static String commit(Path root) {
        String commit = git(root, "rev-parse", "--short", "HEAD");
        return changes(root).isEmpty() ? commit : commit + " and changes";
    }

    private static String changes(Path root) {
        return git(root, "status", "--porcelain", "--untracked-files=no", "--", ":/", ":!/benchmarks/*.md", ":!/*.svg");
    }

    private static String git(Path root, String... arguments) {
        try {
            List<String> command = new ArrayList<>(List.of("git"));
            command.addAll(List.of(arguments));
            Process process =
                    new ProcessBuilder(command).directory(root.toFile()).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return output.trim();
        } catch (IOException e) {
            return "unknown";
        }
    }
}
