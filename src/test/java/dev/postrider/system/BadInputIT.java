package dev.postrider.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.system.process.BrokerApi;
import dev.postrider.system.process.BrokerApi.Answer;
import dev.postrider.system.process.BrokerProcess;
import dev.postrider.system.process.RunningPrograms;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a client gets wrong, it is told so in a problem document, and what others have stored is not touched. */
class BadInputIT {
    private static final String LONG_NAME = "n".repeat(129);

    @RegisterExtension
    private static final RunningPrograms PROGRAMS = new RunningPrograms();

    private static BrokerProcess broker;
    private static BrokerApi api;

    @BeforeAll
    static void start() {
        broker = PROGRAMS.broker();
        broker.start();
        api = broker.api();
        api.putQueue("q", "{}");
        api.publishBatch("bystander", List.of("a", "b", "c")).expect(201);
    }

    @AfterAll
    static void nothingAcceptedWasLostAndNothingWrongWasStored() {
        assertThat(api.receive("bystander", 10, "1s")).hasSize(3);
        assertThat(api.stat("q", "ready")).isZero();
    }

    static Stream<Arguments> queueSettings() {
        return Stream.of(
                        "{",
                        "[]",
                        "null",
                        "\"text\"",
                        "{\"lease\":\"30\"}",
                        "{\"lease\":30}",
                        "{\"lease\":\"-1s\"}",
                        "{\"lease\":\"99999999999999999999s\"}",
                        "{\"lease\":\"50ms\"}",
                        "{\"lease\":\"13h\"}",
                        "{\"lease\":null,\"leese\":\"1s\"}",
                        "{\"maxAttempts\":0}",
                        "{\"maxAttempts\":-1}",
                        "{\"maxAttempts\":1.5}",
                        "{\"maxAttempts\":\"5\"}",
                        "{\"maxAttempts\":1e400}",
                        "{\"retry\":{\"multiplier\":0.5}}",
                        "{\"retry\":{\"jitter\":2}}",
                        "{\"retry\":{\"speed\":2}}",
                        "{\"retry\":[]}",
                        "{\"ttl\":\"0s\"}",
                        "{\"maxMessages\":-5}",
                        "{\"maxMessages\":0}",
                        "{\"overflow\":\"explode\"}",
                        "{\"ordering\":\"chaos\"}",
                        "{\"durability\":\"eternal\"}",
                        "{\"deadLetterQueue\":\"no spaces allowed\"}",
                        "{\"deduplicationWindow\":true}",
                        "{\"lease\":\"30s\",}",
                        "{\"a\":" + "[".repeat(2000) + "]".repeat(2000) + "}")
                .map(json -> arguments("PUT", "/v1/queues/q", json, 400));
    }

    static Stream<Arguments> publishes() {
        return Stream.of(
                        "{",
                        "{}",
                        "[]",
                        "null",
                        "",
                        "{\"messages\":null}",
                        "{\"messages\":{}}",
                        "{\"messages\":[]}",
                        "{\"messages\":[null]}",
                        "{\"messages\":[1]}",
                        "{\"messages\":[{}]}",
                        "{\"messages\":[{\"text\":\"a\",\"base64\":\"YQ==\"}]}",
                        "{\"messages\":[{\"text\":1}]}",
                        "{\"messages\":[{\"base64\":\"!!!\"}]}",
                        "{\"messages\":[{\"text\":\"a\",\"priority\":10}]}",
                        "{\"messages\":[{\"text\":\"a\",\"priority\":-1}]}",
                        "{\"messages\":[{\"text\":\"a\",\"priority\":\"high\"}]}",
                        "{\"messages\":[{\"text\":\"a\",\"delay\":\"soon\"}]}",
                        "{\"messages\":[{\"text\":\"a\",\"delay\":\"-1s\"}]}",
                        "{\"messages\":[{\"text\":\"a\",\"delay\":\"1s\",\"deliverAt\":\"2030-01-01T00:00:00Z\"}]}",
                        "{\"messages\":[{\"text\":\"a\",\"deliverAt\":\"2030-01-01\"}]}",
                        "{\"messages\":[{\"text\":\"a\",\"deliverAt\":\"2030-13-01T00:00:00Z\"}]}",
                        "{\"messages\":[{\"text\":\"a\",\"ttl\":\"0s\"}]}",
                        "{\"messages\":[{\"text\":\"a\",\"headers\":[]}]}",
                        "{\"messages\":[{\"text\":\"a\",\"headers\":{\"a\":1}}]}",
                        "{\"messages\":[{\"text\":\"a\",\"id\":\"\"}]}",
                        "{\"messages\":[{\"text\":\"a\",\"id\":\"with space\"}]}",
                        "{\"messages\":[{\"text\":\"a\",\"id\":\"" + LONG_NAME + "\"}]}",
                        "{\"messages\":[{\"text\":\"a\",\"contentType\":7}]}",
                        "{\"messages\":[{\"text\":\"a\",\"priorty\":1}]}",
                        "{\"messages\":[{\"text\":\"good\"},{\"text\":2}]}",
                        "{\"messages\":[{\"text\":\"\\ud800\"}]}")
                .map(json -> arguments("POST", "/v1/queues/q/batch", json, 400));
    }

    static Stream<Arguments> receives() {
        return Stream.of(
                        "{",
                        "[]",
                        "{\"max\":0}",
                        "{\"max\":1001}",
                        "{\"max\":-1}",
                        "{\"max\":\"10\"}",
                        "{\"max\":1.5}",
                        "{\"max\":99999999999}",
                        "{\"wait\":\"61s\"}",
                        "{\"wait\":\"-1s\"}",
                        "{\"wait\":20}",
                        "{\"lease\":\"99ms\"}",
                        "{\"lease\":\"12h1ms\"}",
                        "{\"lease\":\"13h\"}",
                        "{\"wiat\":\"1s\"}")
                .map(json -> arguments("POST", "/v1/queues/q/receive", json, 400));
    }

    static Stream<Arguments> settles() {
        String many = "[" + "\"x\",".repeat(1000) + "\"x\"]";
        return Stream.of("ack", "nack", "dead-letter", "extend").flatMap(call -> Stream.of(
                        "{",
                        "",
                        "{}",
                        "{\"receipts\":null}",
                        "{\"receipts\":\"x\"}",
                        "{\"receipts\":[1]}",
                        "{\"receipts\":[null]}",
                        "{\"receipts\":" + many + "}",
                        "{\"receipts\":[],\"more\":1}",
                        call.equals("nack") ? "{\"receipts\":[\"x\"],\"delay\":\"-1s\"}" : "{\"receipts\":{}}",
                        call.equals("extend") ? "{\"receipts\":[\"x\"],\"lease\":\"1ms\"}" : "5")
                .map(json -> arguments("POST", "/v1/queues/q/" + call, json, 400)));
    }

    static Stream<Arguments> addresses() {
        return Stream.of(
                arguments("GET", "/v1/queues/absent", "", 404),
                arguments("DELETE", "/v1/queues/absent", "", 404),
                arguments("GET", "/v1/nothing", "", 404),
                arguments("GET", "/v2/queues", "", 404),
                arguments("GET", "/v1/queues/q/nothing", "", 404),
                arguments("PUT", "/v1/queues/-starts-wrong", "{}", 400),
                arguments("PUT", "/v1/queues/has%20space", "{}", 400),
                arguments("PUT", "/v1/queues/has%2Fslash", "{}", 400),
                arguments("PUT", "/v1/queues/%E2%82%AC", "{}", 400),
                arguments("PUT", "/v1/queues/nul%00", "{}", 400),
                arguments("PUT", "/v1/queues/" + LONG_NAME, "{}", 400),
                arguments("PATCH", "/v1/queues/q", "{}", 405),
                arguments("DELETE", "/v1/queues/q/messages", "", 405),
                arguments("GET", "/v1/queues/q/receive", "", 405),
                arguments("POST", "/v1/queues/q", "{}", 405),
                arguments("GET", "/v1/queues?limit=0", "", 400),
                arguments("GET", "/v1/queues?limit=many", "", 400),
                arguments("GET", "/v1/queues?limit=-1", "", 400),
                arguments("GET", "/v1/queues/q/messages?state=lost", "", 400),
                arguments("GET", "/v1/queues/q/messages?limit=x", "", 400),
                arguments("DELETE", "/v1/queues/q?ifEmpty=maybe", "", 400),
                arguments("GET", "/v1/queues/q/stream?credit=0", "", 400),
                arguments("GET", "/v1/queues/q/stream?credit=ten", "", 400),
                arguments("GET", "/v1/queues/q/stream?lease=1ms", "", 400),
                arguments("GET", "/v1/queues/q/stream?ack=never", "", 400),
                arguments("POST", "/v1/queues/q/dead-letters/redrive", "{\"ids\":1}", 400),
                arguments("POST", "/v1/queues/q/dead-letters/redrive", "{\"too\":\"q\"}", 400),
                arguments("DELETE", "/v1/queues/q/dead-letters/%2E%2e", "", 400),
                arguments("DELETE", "/v1/queues/q/dead-letters/absent", "", 404));
    }

    static Stream<Arguments> later() {
        return Stream.of(
                arguments("PUT", "/v1/schedules/s", "{\"cron\":\"0 9 * * *\"}", 400),
                arguments("PUT", "/v1/queues/q", "{\"maxInFlightPerKey\":2,\"ordering\":\"key\"}", 400),
                arguments("PUT", "/v1/queues/q", "{\"fairness\":\"key\",\"ordering\":\"key\"}", 400));
    }

    @ParameterizedTest
    @MethodSource({"queueSettings", "publishes", "receives", "settles", "addresses"})
    void aWrongRequestIsRefusedWithItsProblem(String method, String path, String body, int status) {
        HttpRequest.Builder request = api.request(path)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!method.equals("GET")) {
            request.header("Content-Type", "application/json");
        }
        assertProblem(api.send(request.build()), status);
    }

    @ParameterizedTest
    @MethodSource("later")
    void whatIsNotThereYetIsRefusedAndNotIgnored(String method, String path, String body, int status) {
        aWrongRequestIsRefusedWithItsProblem(method, path, body, status);
    }

    static Stream<Arguments> headers() {
        return Stream.of(
                arguments("Postrider-Priority", "10"),
                arguments("Postrider-Priority", "high"),
                arguments("Postrider-Delay", "soon"),
                arguments("Postrider-Deliver-At", "tomorrow"),
                arguments("Postrider-Ttl", "-1s"),
                arguments("Postrider-Id", "with space"),
                arguments("Postrider-Id", LONG_NAME));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void aWrongPropertyOfASingleMessageIsRefused(String header, String value) {
        assertProblem(api.publish("q", "x", Map.of(header, value)), 400);
    }

    @Test
    void aMessageOverTheLimitIsRefusedAndOneAtTheLimitIsStored() {
        assertProblem(api.publish("big", "x".repeat((1 << 20) + 1), Map.of()), 413);
        api.publish("big", "x".repeat(1 << 20), Map.of()).expect(201);
        assertThat(api.receive("big", 1, "2s").get(0).get("text").asText()).hasSize(1 << 20);
    }

    @Test
    void aBatchOverTheLimitIsRefused() {
        String message = "{\"text\":\"" + "x".repeat(1_000_000) + "\"}";
        List<String> messages = new ArrayList<>(java.util.Collections.nCopies(18, message));
        assertProblem(api.post("/v1/queues/q/batch", "{\"messages\":[" + String.join(",", messages) + "]}"), 413);
    }

    @Test
    void aBatchOfAnUnknownTypeIsRefused() {
        HttpRequest request = api.request("/v1/queues/q/batch")
                .header("Content-Type", "application/xml")
                .POST(BodyPublishers.ofString("<messages/>"))
                .build();
        assertProblem(api.send(request), 415);
    }

    @Test
    void jsonThatIsNotUtf8IsRefused() {
        byte[] latin1 = "{\"messages\":[{\"text\":\"\u00e9\"}]}".getBytes(StandardCharsets.ISO_8859_1);
        HttpRequest request = api.request("/v1/queues/q/batch")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(latin1))
                .build();
        assertProblem(api.send(request), 400);
    }

    @Test
    void receiptsThatAreNoneAreFailedOnesAndNoError() {
        JsonNode answer = api.ack("q", List.of("x", "", "a".repeat(43)));
        assertThat(answer.get("settled").asInt()).isZero();
        assertThat(answer.get("failed"))
                .hasSize(3)
                .allSatisfy(failed -> assertThat(failed.get("code").asText()).isEqualTo("invalid-receipt"));
    }

    private static void assertProblem(Answer answer, int status) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
        assertThat(answer.response().headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        JsonNode problem = answer.body();
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.path("code").asText()).isNotEmpty();
        assertThat(problem.path("title").asText()).isNotEmpty();
        assertThat(problem.path("type").asText()).isNotEmpty();
        assertThat(problem.toString()).doesNotContain("Exception", "\tat ", "dev.postrider");
    }
}
