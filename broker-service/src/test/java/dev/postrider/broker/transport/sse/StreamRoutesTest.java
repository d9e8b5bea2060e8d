package dev.postrider.broker.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.postrider.broker.transport.FakeBroker;
import dev.postrider.broker.transport.TransportServer;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class StreamRoutesTest {
    private static final int KEEP_ALIVE_MILLIS = 400;
    private static final int KIB = 1024;

    private final FakeBroker broker = new FakeBroker();
    private TransportServer server;

    @BeforeEach
    void start() {
        start(KEEP_ALIVE_MILLIS);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Nested
    class Opening {
        @Test
        void answersWithAStreamThatNobodyKeeps() throws IOException {
            try (StreamClient client = StreamClient.open(server.port(), "q", "")) {
                assertThat(client.status()).contains(" 200 ");
                assertThat(client.headers())
                        .contains(
                                "content-type: text/event-stream",
                                "cache-control: no-store",
                                "x-accel-buffering: no",
                                "transfer-encoding: chunked");
                assertThat(client.next().retry()).isEqualTo("2000");
            }
        }

        @ParameterizedTest
        @CsvSource({
            "GET, /v1/queues/q/stream?credit=0, *, 400, invalid-request",
            "GET, /v1/queues/q/stream?surprise=1, *, 400, invalid-request",
            "GET, /v1/queues/q/stream?credit=%zz, *, 400, invalid-request",
            "GET, /v1/queues/a%2Fb/stream, *, 400, invalid-request",
            "GET, /v1/queues/q/stream, application/json, 406, not-acceptable",
            "GET, /v1/queues/missing/stream, *, 404, queue-not-found",
            "POST, /v1/queues/q/stream, *, 405, method-not-allowed",
        })
        void isRefusedWithAProblem(String method, String path, String accept, int status, String code)
                throws IOException {
            try (StreamClient client =
                    StreamClient.request(server.port(), method, path, "Accept: " + accept + "\r\n")) {
                assertThat(client.status()).contains(" " + status + " ");
                assertThat(client.headers()).contains("content-type: application/problem+json");
                JsonObject problem = new JsonObject(client.body());
                assertThat(problem.getString("code")).isEqualTo(code);
                assertThat(problem.getInteger("status")).isEqualTo(status);
                assertThat(broker.consumers()).isZero();
            }
        }
    }

    @Nested
    class Credit {
        @Test
        void isHowManyMessagesAreUnsettledAtATime() throws IOException {
            put(10);
            try (StreamClient client = StreamClient.open(server.port(), "q", "?credit=3")) {
                List<String> receipts = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    StreamClient.Event event = client.next("message");
                    assertThat(event.id()).isEqualTo(event.json().getString("receipt"));
                    assertThat(event.json().getString("text")).isEqualTo(Integer.toString(i));
                    receipts.add(event.id());
                }
                await().during(Duration.ofMillis(300)).until(() -> broker.inFlight() == 3);
                var unused = broker.ack("q", receipts.subList(0, 2));
                client.next("message");
                client.next("message");
                await().during(Duration.ofMillis(300)).until(() -> broker.inFlight() == 3);
            }
        }

        @Test
        void comesBackByItselfIfMessagesAreSettledOnceWritten() throws IOException {
            put(1_000);
            try (StreamClient client = StreamClient.open(server.port(), "q", "?credit=10&ack=auto")) {
                for (int i = 0; i < 1_000; i++) {
                    assertThat(client.next("message").json().getString("text")).isEqualTo(Integer.toString(i));
                }
                await().until(() -> broker.inFlight() == 0 && broker.ready("q") == 0);
            }
        }
    }

    @Nested
    class Ending {
        @Test
        void ofAKilledClientGivesItsMessagesBackAtOnce() throws IOException {
            put(5);
            try (StreamClient client = StreamClient.open(server.port(), "q", "")) {
                for (int i = 0; i < 5; i++) {
                    client.next("message");
                }
                client.kill();
                await().atMost(Duration.ofSeconds(1)).until(() -> broker.ready("q") == 5 && broker.consumers() == 0);
            }
        }

        @Test
        void byTheBrokerIsSaidFirst() throws IOException {
            put(1);
            try (StreamClient client = StreamClient.open(server.port(), "q", "")) {
                client.next("message");
                broker.close(ProblemCode.UNAVAILABLE, "This broker is shutting down");
                StreamClient.Event error = client.next("error");
                assertThat(error.json().getString("code")).isEqualTo("unavailable");
                assertThat(error.json().getInteger("status")).isEqualTo(503);
                assertThat(error.json().getString("instance")).isEqualTo("/v1/queues/q/stream");
                assertThat(client.next()).isNull();
            }
        }
    }

    @Nested
    class KeepAlive {
        @Test
        void isACommentNowAndThen() throws IOException {
            try (StreamClient client = StreamClient.open(server.port(), "q", "")) {
                client.next();
                for (int i = 0; i < 5; i++) {
                    assertThat(client.next().comment()).isEqualTo("keep-alive");
                }
            }
        }
    }

    @Nested
    class StoppedReader {
        @Test
        void getsWhatOneWriteQueueHoldsAndNoMoreUntilItReads() throws IOException {
            for (int i = 0; i < 2_000; i++) {
                put("x".repeat(10 * KIB));
            }
            server.close();
            start(60_000);
            try (StreamClient client = StreamClient.open(server.port(), "q", "?credit=10000")) {
                client.next();
                AtomicInteger sent = new AtomicInteger(2_000);
                await().until(() -> {
                    put("one that may find the socket full");
                    sent.incrementAndGet();
                    return broker.ready("q") > 0;
                });
                await().during(Duration.ofMillis(300)).until(() -> broker.ready("q") > 0);
                for (int i = 0; i < sent.get(); i++) {
                    client.next("message");
                }
                assertThat(broker.ready("q")).isZero();
            }
        }

        @Test
        void settlesNothingThatWasNotWritten() throws IOException {
            for (int i = 0; i < 2_000; i++) {
                put("x".repeat(10 * KIB));
            }
            try (StreamClient client = StreamClient.open(server.port(), "q", "?credit=2000&ack=auto")) {
                client.next();
                await().during(Duration.ofMillis(300)).until(() -> broker.inFlight() > 1_000);
                client.kill();
                await().atMost(Duration.ofSeconds(1)).until(() -> broker.ready("q") > 1_000);
            }
        }

        @Test
        void isDroppedWithinThreeKeepAlives() throws IOException {
            server.close();
            start(1_000);
            for (int i = 0; i < 2_000; i++) {
                put("x".repeat(10 * KIB));
            }
            try (StreamClient client = StreamClient.open(server.port(), "q", "?credit=2000")) {
                client.next();
                await().between(Duration.ofMillis(1_900), Duration.ofMillis(3_700))
                        .until(() -> broker.consumers() == 0);
            }
        }

        @Test
        void isDroppedInTheEnd() throws IOException {
            for (int i = 0; i < 2_000; i++) {
                put("x".repeat(10 * KIB));
            }
            try (StreamClient client = StreamClient.open(server.port(), "q", "?credit=2000")) {
                client.next();
                await().until(() -> broker.consumers() == 0 && broker.ready("q") == 2_000);
                await().until(() -> server.connections() == 0);
            }
        }
    }

    private void start(long keepAliveMillis) {
        server = new TransportServer(
                new HttpServerOptions(),
                (vertx, router) -> new StreamRoutes(vertx, broker, null, broker, keepAliveMillis).register(router));
    }

    private void put(int count) {
        for (int i = 0; i < count; i++) {
            put(Integer.toString(i));
        }
    }

    private void put(String text) {
        broker.put(
                "q",
                MessageRecord.builder()
                        .contentType("text/plain")
                        .body(text.getBytes(StandardCharsets.UTF_8))
                        .build());
    }
}
