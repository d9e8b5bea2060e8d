package dev.postrider.broker.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MigrationsTest {
    @Test
    void runOnceHoweverManyBrokersStartAtTheSameTime() {
        DatabaseUrl url = TestServer.emptyDatabase();

        List<CompletableFuture<Void>> starts = Stream.generate(
                        () -> CompletableFuture.runAsync(() -> Migrations.run(url), task -> new Thread(task).start()))
                .limit(5)
                .toList();
        starts.forEach(CompletableFuture::join);

        assertThat(TestServer.query(url, "select count(*) from postrider_schema_history where version = '1'"))
                .isEqualTo("1");
    }

    @Test
    void doNothingTheSecondTime() {
        DatabaseUrl url = TestServer.newDatabase();

        Migrations.run(url);

        assertThat(TestServer.query(url, "select count(*) from queue")).isEqualTo("0");
    }

    @Test
    void areWorthRetryingWhenTheServerIsNotThere() throws IOException {
        int freePort;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            freePort = socket.getLocalPort();
        }
        DatabaseUrl nowhere = DatabaseUrl.parse("postgresql://postgres@127.0.0.1:" + freePort + "/postgres");

        RuntimeException failure = catchThrowableOfType(IllegalStateException.class, () -> Migrations.run(nowhere));

        assertThat(Migrations.isWorthRetrying(failure)).isTrue();
    }

    @Test
    void areNotWorthRetryingWhenSomethingElseIsInTheWay() {
        DatabaseUrl url = TestServer.emptyDatabase();
        TestServer.execute(url, "create table queue (mine text)");
        TestServer.execute(url, "create table postrider_schema_history (mine text)");

        RuntimeException failure = catchThrowableOfType(RuntimeException.class, () -> Migrations.run(url));

        assertThat(Migrations.isWorthRetrying(failure)).isFalse();
    }
}
