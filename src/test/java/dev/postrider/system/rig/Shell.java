package dev.postrider.system.rig;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Small programs of the operating system, run to their end. */
final class Shell {
    private static final long SECONDS_MAX = 30;

    private Shell() {}

    /** Whether {@code command} ended well, and soon. */
    static boolean run(String... command) {
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(SECONDS_MAX, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
