package dev.postrider.system.process;

import java.nio.file.Path;

/** The packaged sign-up app as a process, with its own embedded PostgreSQL and its built-in mail server. */
public final class SampleProcess extends JavaProgram {
    SampleProcess(Path jar, Path directory, int port, BrokerProcess broker) {
        super("sample app on " + port, jar, directory, port);
        env("POSTRIDER_URL", broker.uri("").toString());
        env("SIGNUP_DATA_DIR", directory.resolve("data").toString());
    }

    @Override
    void prepare() {
        ServerPrograms.linkInto(directory().resolve("data"));
    }
}
