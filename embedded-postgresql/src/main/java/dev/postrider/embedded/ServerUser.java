package dev.postrider.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * As whom the server runs. PostgreSQL refuses root, so root has to step down, by the first of these that works:
 *
 * <ol>
 *   <li>a user namespace in which nobody is root; files stay root's, and so a later start under root finds them as they
 *       were. Many containers forbid it;
 *   <li>another user: the one who owns the data already, else {@code postgres} or {@code nobody}, who is given it.
 * </ol>
 *
 * @param prefix of every command of the server; empty for an ordinary user
 */
record ServerUser(List<String> prefix) {
    private static final int ROOT = 0;
    private static final int ACCOUNT_NAME = 0;
    private static final int ACCOUNT_USER = 2;

    /** A line of the user database. */
    private record Account(int user, int group) {}

    /** Finds a way, and changes owners if that way needs it. */
    static ServerUser choose(DataDirectory directory, Binaries binaries) throws InterruptedException {
        try {
            return directory.processUser() == ROOT ? stepDown(directory, binaries) : asOneself(directory, binaries);
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    "Cannot prepare " + directory.root() + " for the database: " + Words.of(e), e);
        }
    }

    /** PostgreSQL also refuses a user whose number has no name, as containers have; within a namespace it is nobody. */
    private static ServerUser asOneself(DataDirectory directory, Binaries binaries) throws InterruptedException {
        ServerUser oneself = new ServerUser(List.of());
        boolean named = Command.succeeds(List.of("id", "-un"));
        return named ? oneself : inNamespace(directory, binaries).orElse(oneself);
    }

    private static ServerUser stepDown(DataDirectory directory, Binaries binaries)
            throws IOException, InterruptedException {
        Path kept = directory.isNew() ? directory.root() : directory.cluster();
        int owner = FileTree.owner(kept);
        boolean nameless = directory.isNew()
                && account(ACCOUNT_USER, Integer.toString(owner)).isEmpty();
        Optional<ServerUser> found = owner == ROOT || nameless
                ? withoutRoot(directory, binaries)
                : as(new Account(owner, FileTree.group(kept)), directory, binaries);
        return found.orElseThrow(() -> new EmbeddedPostgresException("PostgreSQL refuses to run as root, and there is"
                + " no way here to step down: neither a user namespace (unshare -U) nor another user (setpriv, chroot)"
                + " can reach " + directory.root() + ". Start this program as an ordinary user who may write there (in"
                + " a container: USER 1000, or runAsUser: 1000), or give it the URL of a PostgreSQL server instead."));
    }

    private static Optional<ServerUser> withoutRoot(DataDirectory directory, Binaries binaries)
            throws IOException, InterruptedException {
        Optional<ServerUser> inNamespace = inNamespace(directory, binaries);
        if (inNamespace.isPresent()) {
            return inNamespace;
        }
        for (String name : List.of("postgres", "nobody")) {
            Optional<Account> account = account(ACCOUNT_NAME, name);
            Optional<ServerUser> user = account.isPresent() ? as(account.get(), directory, binaries) : Optional.empty();
            if (user.isPresent()) {
                return user;
            }
        }
        return Optional.empty();
    }

    private static Optional<ServerUser> inNamespace(DataDirectory directory, Binaries binaries)
            throws InterruptedException {
        Optional<String> unshare = Command.find("unshare");
        if (unshare.isEmpty()) {
            return Optional.empty();
        }
        ServerUser user = new ServerUser(List.of(unshare.get(), "-U", "--"));
        return user.canUse(directory, binaries) ? Optional.of(user) : Optional.empty();
    }

    private static Optional<ServerUser> as(Account account, DataDirectory directory, Binaries binaries)
            throws IOException, InterruptedException {
        List<List<String>> ways = List.of(
                List.of("setpriv", "--reuid=" + account.user, "--regid=" + account.group, "--clear-groups", "--"),
                List.of("chroot", "--userspec=" + account.user + ":" + account.group, "--groups=", "/"));
        int formerUser = FileTree.owner(directory.root());
        int formerGroup = FileTree.group(directory.root());
        give(directory, account.user, account.group);
        for (List<String> way : ways) {
            Optional<String> program = Command.find(way.get(0));
            if (program.isPresent()) {
                ServerUser user = new ServerUser(Command.join(List.of(program.get()), way.subList(1, way.size())));
                if (user.canUse(directory, binaries)) {
                    return Optional.of(user);
                }
            }
        }
        give(directory, formerUser, formerGroup);
        return Optional.empty();
    }

    private static void give(DataDirectory directory, int user, int group) throws IOException {
        FileTree.own(directory.root(), user, group);
        FileTree.own(directory.passwordFile(), user, group);
        if (!directory.isNew() && FileTree.owner(directory.cluster()) != user) {
            FileTree.give(directory.cluster(), user, group);
        }
    }

    private boolean canUse(DataDirectory directory, Binaries binaries) throws InterruptedException {
        return Command.succeeds(command(List.of(
                "sh",
                "-c",
                "test -w \"$1\" && \"$2\" --version",
                "sh",
                directory.root().toString(),
                binaries.program("postgres").toString())));
    }

    private static Optional<Account> account(int field, String value) throws IOException {
        Path users = Path.of("/etc/passwd");
        if (!Files.isReadable(users)) {
            return Optional.empty();
        }
        return Files.readAllLines(users, StandardCharsets.ISO_8859_1).stream()
                .map(line -> line.split(":"))
                .filter(parts -> parts.length > 3 && parts[field].equals(value))
                .map(parts -> new Account(Integer.parseInt(parts[2]), Integer.parseInt(parts[3])))
                .findFirst();
    }

    /** {@code command}, run as this user. */
    List<String> command(List<String> command) {
        return Command.join(prefix, command);
    }
}
