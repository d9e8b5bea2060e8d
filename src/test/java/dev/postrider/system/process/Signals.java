package dev.postrider.system.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Signals beyond the two that Java can send. */
public final class Signals {
    private Signals() {}

    /** Sends {@code signal} to all of them at once; one that has ended meanwhile is none of our concern. */
    public static void send(String signal, Collection<Long> processIds) {
        if (processIds.isEmpty()) {
            return;
        }
        List<String> command = new ArrayList<>(List.of("kill", "-s", signal));
        processIds.forEach(id -> command.add(Long.toString(id)));
        try {
            Process kill = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            kill.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
