package dev.postrider.system.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Owns the processes that a test starts: when it ends, however it ends, they are killed, their data is deleted, and the
 * ends of their logs are printed if it failed. As a static field it owns them for the whole class.
 */
public final class RunningPrograms
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private static final Path ROOT = root();

    private final List<JavaProgram> programs = Collections.synchronizedList(new ArrayList<>());
    private final List<AutoCloseable> others = Collections.synchronizedList(new ArrayList<>());
    private Class<?> owner;
    private Path directory;

    /** For a program that is no test: it owns what it starts in {@code folder} until {@link #close()}. */
    public static RunningPrograms in(String folder) {
        RunningPrograms programs = new RunningPrograms();
        programs.enter(ROOT.resolve("src/test/target/system").resolve(folder));
        return programs;
    }

    /** A broker that is not started yet, on a free port, with its own data directory. */
    public BrokerProcess broker() {
        return add(new BrokerProcess(jar("broker-service"), next("broker"), FreePort.find()));
    }

    /** Another broker on the same data directory as {@code first}. */
    public BrokerProcess brokerBeside(BrokerProcess first) {
        BrokerProcess second = new BrokerProcess(jar("broker-service"), next("broker"), FreePort.find());
        second.env("POSTRIDER_DATA_DIR", first.dataDirectory().toString());
        return add(second);
    }

    /** A sample app that is not started yet, with its own database, working with {@code broker}. */
    public SampleProcess sample(BrokerProcess broker) {
        return add(new SampleProcess(jar("sample-signup-app"), next("sample"), FreePort.find(), broker));
    }

    /** A running PostgreSQL server of its own. */
    public Database database() {
        return closing(new Database(next("database")));
    }

    /** Closes {@code resource} with the rest, before the processes end. */
    public <T extends AutoCloseable> T closing(T resource) {
        others.add(resource);
        return resource;
    }

    /** A directory for files of the running test. */
    public Path next(String name) {
        return directory.resolve(name + "-" + (programs.size() + others.size() + 1));
    }

    /** A directory that outlives tests, for what is costly to make and never changes. */
    public static Path kept(String name) {
        return ROOT.resolve("src/test/target").resolve(name);
    }

    private <T extends JavaProgram> T add(T program) {
        programs.add(program);
        return program;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        // A nested class inherits the extension, and with it these calls.
        if (owner == null) {
            owner = context.getRequiredTestClass();
            enter(context, "all");
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (owner == null) {
            enter(context, context.getRequiredTestMethod().getName());
        }
    }

    private void enter(ExtensionContext context, String name) {
        enter(ROOT.resolve("src/test/target/system")
                .resolve(context.getRequiredTestClass().getSimpleName())
                .resolve(name));
    }

    private void enter(Path fresh) {
        directory = fresh;
        delete(directory);
        Runtime.getRuntime().addShutdownHook(new Thread(this::leaveNothingBehind));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        context.getExecutionException().ifPresent(e -> {
            for (JavaProgram program : List.copyOf(programs)) {
                System.out.println(program.logTail());
            }
        });
        if (owner == null) {
            leave();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (context.getRequiredTestClass().equals(owner)) {
            leave();
        }
    }

    /** Ends everything and deletes all but the logs. */
    public void close() {
        leave();
    }

    private void leave() {
        closeOthers();
        killAll();
        others.clear();
        programs.clear();
        deleteAllButLogs();
    }

    private void closeOthers() {
        for (AutoCloseable other : List.copyOf(others)) {
            try {
                other.close();
            } catch (Exception e) {
                System.out.println("Closing " + other + " failed: " + e);
            }
        }
    }

    private void leaveNothingBehind() {
        closeOthers();
        killAll();
    }

    private void killAll() {
        for (JavaProgram program : List.copyOf(programs)) {
            program.cleanUp();
        }
    }

    private void deleteAllButLogs() {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            entries.filter(Files::isDirectory).forEach(RunningPrograms::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path tree) {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path jar(String module) {
        Path jar = ROOT.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException("Not packaged: " + jar + ". Run mvn -DskipTests package first.");
        }
        return jar;
    }

    private static Path root() {
        String given = System.getProperty("postrider.root");
        return Path.of(given == null ? "../.." : given).toAbsolutePath().normalize();
    }
}
