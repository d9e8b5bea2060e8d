package dev.postrider.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.protocol.ProtocolException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the client sends and understands, against a server that keeps what it is asked. */
class SchedulesTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final JsonObject REPORT = new JsonObject()
            .put("name", "report")
            .put("cron", "0 9 * * MON-FRI")
            .put("timeZone", "Europe/Berlin")
            .put("queue", "mail")
            .put("message", new JsonObject().put("text", "tick"))
            .put("missed", "skip")
            .put("next", "2026-11-23T08:00:00.000Z")
            .put("createdAt", "2026-11-22T08:00:00.000Z");

    private final Vertx vertx = Vertx.vertx();
    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> bodies = new ConcurrentLinkedQueue<>();
    private PostriderClient client;

    @BeforeEach
    void start() {
        Future<HttpServer> listening = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    asked.add(request.method() + " " + request.uri());
                    bodies.add(body.toString());
                    boolean all = request.path().equals("/v1/schedules");
                    Future<Void> sent = request.response()
                            .end((all
                                            ? new JsonObject()
                                                    .put("schedules", new JsonArray().add(REPORT))
                                                    .put("next", "report")
                                            : REPORT)
                                    .encode());
                    sent.onFailure(failure -> {});
                }))
                .listen(0, "127.0.0.1");
        int port = listening.toCompletionStage().toCompletableFuture().join().actualPort();
        client = PostriderClient.builder()
                .url(URI.create("http://127.0.0.1:" + port))
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static <T> T get(Uni<T> uni) {
        return uni.await().atMost(LONG);
    }

    @Test
    void aScheduleIsPutAsItIsMeantAndReadAsItIsAnswered() {
        ScheduleInfo answered = get(client.putSchedule(
                "report",
                ScheduleOptions.toQueue(
                                "mail",
                                "0 9 * * MON-FRI",
                                OutgoingMessage.json(Map.of("a", 1)).withKey("k"))
                        .withTimeZone(ZoneId.of("Europe/Berlin"))
                        .skippingMissed()));

        assertThat(asked).containsExactly("PUT /v1/schedules/report");
        assertThat(new JsonObject(bodies.peek()))
                .isEqualTo(
                        new JsonObject(
                                """
                        {"cron":"0 9 * * MON-FRI","timeZone":"Europe/Berlin","queue":"mail",
                         "message":{"body":{"a":1},"contentType":"application/json","key":"k"},"missed":"skip"}
                        """));
        assertThat(answered)
                .isEqualTo(new ScheduleInfo(
                        "report",
                        "0 9 * * MON-FRI",
                        "Europe/Berlin",
                        "mail",
                        null,
                        "{\"text\":\"tick\"}",
                        "skip",
                        Instant.parse("2026-11-23T08:00:00Z"),
                        Instant.parse("2026-11-22T08:00:00Z")));
    }

    @Test
    void schedulesAreReadListedAndDeleted() {
        assertThat(get(client.schedule("report")).queue()).isEqualTo("mail");
        SchedulePage page = get(client.schedules(10, "a"));
        assertThat(page.schedules()).extracting(ScheduleInfo::name).containsExactly("report");
        assertThat(page.next()).isEqualTo("report");
        get(client.deleteSchedule("report"));

        assertThat(asked)
                .containsExactly(
                        "GET /v1/schedules/report",
                        "GET /v1/schedules?limit=10&after=a",
                        "DELETE /v1/schedules/report");
    }

    @Test
    void aTopicIsATargetToo() {
        get(client.putSchedule("report", ScheduleOptions.toTopic("news", "@daily", OutgoingMessage.text("tick"))));

        assertThat(new JsonObject(bodies.peek()).getMap())
                .containsEntry("topic", "news")
                .containsEntry("timeZone", "UTC")
                .containsEntry("missed", "once")
                .doesNotContainKey("queue");
    }

    @Test
    void aNameThatIsNoneIsRefusedHere() {
        assertThatThrownBy(() -> client.schedule("../queues/q")).isInstanceOf(ProtocolException.class);
    }
}
