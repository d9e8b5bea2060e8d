package dev.postrider.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server under ordinary users and under root, on data that either has made. Needs root to change users. */
class ServerUserTest {
    private static final int NOBODY = 65534;
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--");

    /** Holds what the others need as well: class path and the server's programs. */
    @TempDir
    Path shared;

    private Path data;
    private Path binaries;
    private String classPath;

    @BeforeEach
    void share() throws Exception {
        assumeTrue(FileTree.owner(shared) == 0, "only root can try other users");
        assumeTrue(Command.succeeds(Command.join(AS_NOBODY, List.of("true"))), "setpriv does not work here");
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
        binaries = Files.createDirectory(shared.resolve("binaries"));
        TestDatabases.copy(Binaries.in(TestDatabases.BINARIES).home(), binaries);
        classPath = copyClassPath();
        data = TestDatabases.fill(shared.resolve("data"));
    }

    /** What the program needs to run; the packaged binaries are not among it, since they are unpacked already. */
    private String copyClassPath() throws IOException, InterruptedException {
        List<String> copied = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path from = Path.of(entry);
            String name = from.getFileName().toString();
            if (Files.isDirectory(from) || name.matches("(postgresql|commons|xz)-.*")) {
                TestDatabases.copy(from, shared);
                copied.add(shared.resolve(name).toString());
            }
        }
        return copied.stream().distinct().collect(Collectors.joining(File.pathSeparator));
    }

    private ChildProgram start(List<String> prefix) throws IOException {
        return ChildProgram.start(prefix, classPath, data, binaries);
    }

    private static int userOf(ProcessHandle process) throws IOException {
        return FileTree.owner(Path.of("/proc", Long.toString(process.pid())));
    }

    private static void assertAnswers(ChildProgram.Ready ready) throws Exception {
        String[] parts = ready.url().split("[:/@]+");
        String jdbc = "jdbc:postgresql://" + parts[3] + ":" + parts[4] + "/" + parts[5];
        try (Connection connection = DriverManager.getConnection(jdbc, parts[1], parts[2])) {
            assertThat(TestDatabases.query(connection, "select 1")).isEqualTo("1");
        }
    }

    @Nested
    class AnOrdinaryUser {
        @Test
        void makesADatabaseAndTakesItUpAgain() throws Exception {
            FileTree.delete(data);
            Files.createDirectory(data);
            FileTree.give(data, NOBODY, NOBODY);
            for (int start = 0; start < 2; start++) {
                try (ChildProgram program = start(AS_NOBODY)) {
                    ChildProgram.Ready ready = program.awaitReady();
                    assertThat(userOf(ready.server())).isEqualTo(NOBODY);
                    assertAnswers(ready);
                    program.stopInOrder();
                    assertThat(ready.server().isAlive()).isFalse();
                }
            }
        }

        @Test
        void needsNoName() throws Exception {
            List<String> nameless = List.of("setpriv", "--reuid=54321", "--regid=54321", "--clear-groups", "--");
            assumeTrue(
                    Command.succeeds(Command.join(nameless, List.of("unshare", "-U", "true"))),
                    "user namespaces are for root alone here");
            FileTree.delete(data);
            Files.createDirectory(data);
            FileTree.give(data, 54321, 54321);
            try (ChildProgram program = start(nameless)) {
                ChildProgram.Ready ready = program.awaitReady();
                assertThat(FileTree.owner(data.resolve("pgdata"))).isEqualTo(54321);
                assertAnswers(ready);
                program.stopInOrder();
            }
        }

        @Test
        void isToldWhenTheDirectoryIsNotTheirs() throws Exception {
            try (ChildProgram program = start(AS_NOBODY)) {
                assertThat(program.answer())
                        .startsWith("refused")
                        .contains("no permission")
                        .contains(data.toString());
            }
        }
    }

    @Nested
    class Root {
        @Test
        void stepsDownToTheOwnerOfTheData() throws Exception {
            FileTree.give(data, NOBODY, NOBODY);
            try (ChildProgram program = start(List.of())) {
                ChildProgram.Ready ready = program.awaitReady();
                assertThat(userOf(ready.server())).isEqualTo(NOBODY);
                assertAnswers(ready);
                program.kill();
                assertThat(Waiting.until(
                                Duration.ofSeconds(8), () -> !ready.server().isAlive()))
                        .isTrue();
            }
        }

        @Test
        void givesTheDataAwayWhereUserNamespacesAreForbidden() throws Exception {
            // The kernel refuses user namespaces to whoever lives in a changed root, as many containers do by rule.
            Path root = Files.createDirectory(shared.resolve("root"));
            List<String> caged = List.of(
                    "unshare",
                    "-m",
                    "sh",
                    "-c",
                    "mount --rbind / \"$0\" && exec chroot \"$0\" \"$@\"",
                    root.toString());
            assumeTrue(Command.succeeds(Command.join(caged, List.of("true"))), "this sandbox does not let us mount");
            assertThat(Command.succeeds(Command.join(caged, List.of("unshare", "-U", "true"))))
                    .as("a user namespace is possible after all")
                    .isFalse();
            try (ChildProgram program = start(caged)) {
                ChildProgram.Ready ready = program.awaitReady();
                assertThat(userOf(ready.server())).isNotZero();
                assertAnswers(ready);
                program.stopInOrder();
            }
            try (ChildProgram program = start(List.of())) {
                assertAnswers(program.awaitReady());
                program.stopInOrder();
            }
        }

        @Test
        void isToldWhenNoOtherUserCanReachTheData() throws Exception {
            FileTree.give(data, NOBODY, NOBODY);
            Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwx------"));
            try (ChildProgram program = start(List.of())) {
                assertThat(program.answer())
                        .startsWith("refused")
                        .contains("refuses to run as root")
                        .contains(data.toString());
            }
        }
    }

    @Nested
    class ADiskWithoutPrograms {
        @Test
        void isNamed() throws Exception {
            Path other = Files.createDirectory(shared.resolve("other"));
            List<String> noexec = List.of(
                    "unshare",
                    "-m",
                    "sh",
                    "-c",
                    "mount -t tmpfs -o noexec tmpfs \"$0\" && cp -a \"$1\"/. \"$0\" && shift && exec \"$@\"",
                    other.toString(),
                    binaries.toString());
            assumeTrue(Command.succeeds(Command.join(noexec, List.of("true"))), "this sandbox does not let us mount");
            binaries = other;
            try (ChildProgram program = start(noexec)) {
                assertThat(program.answer()).startsWith("refused").contains("noexec");
            }
        }
    }

    @Nested
    class AFullDisk {
        @Test
        void isNamedAndLeavesNothingUnfinished() throws Exception {
            Path small = Files.createDirectory(shared.resolve("small"));
            List<String> onSmallDisk = List.of(
                    "unshare",
                    "-m",
                    "sh",
                    "-c",
                    "mount -t tmpfs -o size=8m tmpfs \"$0\" && exec \"$@\"",
                    small.toString());
            assumeTrue(
                    Command.succeeds(Command.join(onSmallDisk, List.of("true"))), "this sandbox does not let us mount");
            data = small.resolve("data");
            try (ChildProgram program = start(onSmallDisk)) {
                assertThat(program.answer())
                        .startsWith("refused")
                        .contains("No space left on device")
                        .contains("Make room");
            }
        }
    }
}
