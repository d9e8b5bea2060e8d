package dev.postrider.system.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** As whom a server runs, given whom the embedded module made the owner of its files. PostgreSQL refuses root. */
final class ServerUser {
    private static final int ROOT = 0;

    private ServerUser() {}

    /** What to put before the command of a server on {@code data}. Its process dies with the thread that started it. */
    static List<String> prefix(Path data) {
        int owner = number(data, "unix:uid");
        List<String> prefix = new ArrayList<>();
        if (isRoot()) {
            prefix.addAll(
                    owner == ROOT
                            ? List.of("unshare", "-U", "--")
                            : List.of(
                                    "setpriv",
                                    "--reuid=" + owner,
                                    "--regid=" + number(data, "unix:gid"),
                                    "--clear-groups",
                                    "--"));
        }
        // Changing the user takes the wish back, so it is said last.
        if (Shell.run("setpriv", "--pdeathsig", "KILL", "true")) {
            prefix.addAll(List.of("setpriv", "--pdeathsig", "KILL", "--"));
        }
        return prefix;
    }

    /** Gives the copy to whoever owns the original. */
    static void giveAs(Path original, Path copy) {
        int owner = number(original, "unix:uid");
        if (isRoot() && owner != ROOT) {
            Shell.run("chown", "-R", owner + ":" + number(original, "unix:gid"), copy.toString());
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static int number(Path file, String attribute) {
        try {
            return (Integer) Files.getAttribute(file, attribute);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
