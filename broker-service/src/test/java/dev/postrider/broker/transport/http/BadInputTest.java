package dev.postrider.broker.transport.http;

import static dev.postrider.broker.transport.http.Api.assertProblem;
import static dev.postrider.broker.transport.http.Api.json;
import static dev.postrider.broker.transport.http.Api.newQueue;
import static dev.postrider.broker.transport.http.Api.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.transport.BrokerDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is sent, the answer is a problem document that says what is wrong, and never a 5xx. */
@QuarkusTest
@QuarkusTestResource(BrokerDatabase.class)
class BadInputTest {
    private String queue;

    @BeforeEach
    void createQueue() {
        queue = newQueue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET|/v1|404|not-found",
                "GET|/v1/|404|not-found",
                "GET|/v1/queue|404|not-found",
                "GET|/v1/queues/|404|not-found",
                "GET|/v1/queues/a/b|404|not-found",
                "POST|/v1/queues/a/messages/x|404|not-found",
                "GET|/nothing|404|not-found",
                "GET|/v2/queues|404|not-found",
                "GET|/v1/queues/nobody|404|queue-not-found",
                "GET|/v1/queues/nobody/messages|404|queue-not-found",
                "GET|/v1/queues/nobody/dead-letters|404|queue-not-found",
                "POST|/v1/queues/nobody/purge|404|queue-not-found",
                "POST|/v1/queues/nobody/pause|404|queue-not-found",
                "POST|/v1/queues/nobody/dead-letters/redrive|404|queue-not-found",
                "DELETE|/v1/queues/nobody/dead-letters|404|queue-not-found",
                "PUT|/v1/queues/-a|400|invalid-request",
                "PUT|/v1/queues/a%20b|400|invalid-request",
                "PUT|/v1/queues/%C3%BC|400|invalid-request",
                "PUT|/v1/queues/a%2Fb|400|invalid-request",
                "PUT|/v1/queues/a%252Fb|400|invalid-request",
                "PUT|/v1/queues/a;b=c|400|invalid-request",
                "GET|/v1/queues?limit=0|400|invalid-request",
                "GET|/v1/queues?limit=1001|400|invalid-request",
                "GET|/v1/queues?limit=x|400|invalid-request",
                "GET|/v1/queues?limit=1&limit=2|400|invalid-request",
                "GET|/v1/queues?prefx=a|400|invalid-request",
                "GET|/v1/queues/Q/messages?state=gone|400|invalid-request",
                "GET|/v1/queues/Q/messages?limit=-1|400|invalid-request",
                "GET|/v1/queues/Q/messages?after=nonsense|400|invalid-request",
                "GET|/v1/queues/Q/dead-letters?reason=bored|400|invalid-request",
                "GET|/v1/queues/Q/dead-letters?after=nonsense|400|invalid-request",
                "DELETE|/v1/queues/Q?ifEmpty=yes|400|invalid-request",
                "DELETE|/v1/queues/Q?ifempty=true|400|invalid-request",
                "DELETE|/v1/queues/Q?ifEmpty|400|invalid-request",
                "DELETE|/v1/queues/Q?ifEmpty=|400|invalid-request",
                "DELETE|/v1/queues/Q/dead-letters/unknown|404|dead-letter-not-found",
                "POST|/v1/queues|405|method-not-allowed",
                "POST|/v1/queues/Q|405|method-not-allowed",
                "PATCH|/v1/queues/Q|405|method-not-allowed",
                "GET|/v1/queues/Q/receive|405|method-not-allowed",
                "PUT|/v1/queues/Q/messages|405|method-not-allowed",
                "DELETE|/v1/queues/Q/batch|405|method-not-allowed",
                "TRACE|/v1/queues/Q|405|method-not-allowed",
                "POST|/v1/topics/t/messages|404|topic-not-found",
                "GET|/v1/topics/t|404|topic-not-found",
                "DELETE|/v1/topics/t|404|topic-not-found",
                "PUT|/v1/topics/-t|400|invalid-request",
                "GET|/v1/topics?limit=0|400|invalid-request",
                "GET|/v1/topics/t?prefix=a|400|invalid-request",
                "POST|/v1/topics/t|405|method-not-allowed",
                "PUT|/v1/topics/t/subscriptions/Q|404|topic-not-found",
                "GET|/v1/topics/t/subscriptions/Q|404|topic-not-found",
                "DELETE|/v1/topics/t/subscriptions/Q|404|topic-not-found",
                "PUT|/v1/topics/t/subscriptions/-q|400|invalid-request",
                "POST|/v1/schedules/s|405|method-not-allowed",
                "POST|/v1/queues/Q/seek|400|invalid-request",
                "POST|/v1/queues/Q/ack|400|invalid-request",
                "POST|/v1/queues/Q/batch|400|invalid-request"
            })
    void addressesAndMethods(String method, String path, int status, String code) {
        assertProblem(request().request(method, path.replace("/Q", "/" + queue)), status, code);
    }

    @Test
    void aMethodThatIsNotAllowedIsAnsweredWithThoseThatAre() {
        assertThat(request().patch("/v1/queues/" + queue).header("Allow")).isEqualTo("DELETE, GET, HEAD, OPTIONS, PUT");
        Response options = request().options("/v1/queues/" + queue + "/messages");
        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(options.header("Allow")).isEqualTo("GET, HEAD, OPTIONS, POST");
        assertThat(request().head("/v1/queues/" + queue).statusCode()).isEqualTo(200);
        assertThat(request().head("/v1/queues/" + queue + "/messages").statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "receive|{\"max\":0}",
                "receive|{\"max\":1001}",
                "receive|{\"max\":\"1\"}",
                "receive|{\"max\":1.5}",
                "receive|{\"wait\":\"61s\"}",
                "receive|{\"wait\":\"-1s\"}",
                "receive|{\"wait\":5}",
                "receive|{\"lease\":\"99ms\"}",
                "receive|{\"lease\":\"13h\"}",
                "receive|{\"lease\":null}",
                "receive|{\"maximum\":1}",
                "receive|{\"max\":1,\"max\":2}",
                "receive|[]",
                "receive|{\"max\":1} {}",
                "receive|{max:1}",
                "ack|{}",
                "ack|{\"receipts\":[]}",
                "ack|{\"receipts\":\"a\"}",
                "ack|{\"receipts\":[1]}",
                "ack|{\"receipts\":[null]}",
                "ack|{\"receipts\":[\"a\"],\"delay\":\"1s\"}",
                "ack|{\"receipts\":[\"a\"",
                "nack|{\"receipts\":[\"a\"],\"delay\":\"soon\"}",
                "nack|{\"receipts\":[\"a\"],\"reason\":1}",
                "nack|{\"receipts\":[\"a\"],\"lease\":\"1s\"}",
                "dead-letter|{\"reason\":\"x\"}",
                "extend|{\"receipts\":[\"a\"]}",
                "extend|{\"receipts\":[\"a\"],\"lease\":\"0s\"}",
                "dead-letters/redrive|{\"ids\":[]}",
                "dead-letters/redrive|{\"ids\":\"a\"}",
                "dead-letters/redrive|{\"to\":\"a b\"}",
                "purge|{\"x\":1}",
                "purge|nonsense",
                "pause|[]",
                "batch|{\"messages\":[]}",
                "batch|{\"messages\":[{}]}",
                "batch|{\"messages\":[{\"body\":1,\"text\":\"x\"}]}",
                "batch|{\"messages\":[{\"body\":1,\"delay\":\"2y\"}]}",
                "batch|{\"messages\":[{\"body\":1,\"delay\":\"3000d\"}]}",
                "batch|{\"messages\":[{\"text\":\"\\ud800\"}]}",
                "batch|null"
            })
    void bodies(String call, String body) {
        assertProblem(json("POST", "/v1/queues/" + queue + "/" + call, body), 400, "invalid-request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"lease\":\"1ms\"}",
                "{\"retry\":{\"jitter\":2}}",
                "{\"maxAttempts\":1e9}",
                "{\"deadLetterQueue\":\"Q\"}",
                "{\"leases\":\"1s\"}",
                "{\"lease\":\"30s\"",
                "\"x\""
            })
    void settings(String body) {
        assertProblem(json("PUT", "/v1/queues/" + queue, body.replace("Q", queue)), 400, "invalid-request");
    }

    @Test
    void moreThanAThousandReceipts() {
        String receipts = IntStream.range(0, 1_001).mapToObj(i -> "\"r\"").collect(Collectors.joining(","));
        assertProblem(
                json("POST", "/v1/queues/" + queue + "/ack", "{\"receipts\":[" + receipts + "]}"),
                400,
                "invalid-request");
    }

    @Test
    void deepJson() {
        String deep = "[".repeat(5_000) + "]".repeat(5_000);
        assertProblem(
                json("POST", "/v1/queues/" + queue + "/batch", "{\"messages\":[{\"body\":" + deep + "}]}"),
                400,
                "invalid-request");
    }

    @Test
    void malformedUtf8() {
        byte[] body = "{\"messages\":[{\"text\":\"x\"}]}".getBytes(StandardCharsets.US_ASCII);
        body[22] = (byte) 0xff;
        Response refused = request().contentType("application/json").body(body).post("/v1/queues/" + queue + "/batch");
        assertProblem(refused, 400, "invalid-request");
    }

    @ParameterizedTest
    @CsvSource({
        "receive,text/plain",
        "ack,application/yaml",
        "nack,application/xml",
        "batch,text/csv",
        "batch,application/json; charset=utf-16",
        "dead-letters/redrive,text/plain"
    })
    void contentTypes(String call, String contentType) {
        Response refused = Api.post("/v1/queues/" + queue + "/" + call, contentType, "{}");
        assertProblem(refused, 415, "unsupported-media-type");
    }

    @ParameterizedTest
    @CsvSource({
        "Idempotency-Key,'deduplicationKey'",
        "postrider-id,id",
        "Postrider-Deliver-At,deliverAt",
        "Postrider-Ttl,ttl",
        "Postrider-Header-region,headers",
        "Postrider-Keys,each message"
    })
    void aMessagesHeadersOnABatch(String header, String property) {
        for (String contentType : new String[] {"application/json", "application/x-ndjson"}) {
            Response refused = request()
                    .header("Content-Type", contentType)
                    .header(header, "1")
                    .body("{\"messages\":[{\"body\":1}]}".getBytes(StandardCharsets.UTF_8))
                    .post("/v1/queues/" + queue + "/batch");
            assertProblem(refused, 400, "invalid-request");
            assertThat(refused.jsonPath().getString("detail")).contains(header).contains(property);
        }
    }

    @Test
    void contentEncodings() {
        Response refused =
                request().header("Content-Encoding", "gzip").body("x").post("/v1/queues/" + queue + "/messages");
        assertProblem(refused, 415, "unsupported-media-type");
    }

    @ParameterizedTest
    @CsvSource({
        "application/cloudevents-batch+json,batch,400,invalid-request",
        "application/cloudevents+json,messages,400,invalid-request",
        "application/cloudevents-batch+json,messages,415,unsupported-media-type",
        "application/cloudevents+json,batch,415,unsupported-media-type",
        "application/cloudevents+xml,messages,415,unsupported-media-type",
        "application/cloudevents+json;charset=utf-16,messages,415,unsupported-media-type"
    })
    void cloudEventsThatAreNone(String contentType, String call, int status, String code) {
        assertProblem(Api.post("/v1/queues/" + queue + "/" + call, contentType, "[]"), status, code);
    }

    @Test
    void acceptHeaders() {
        assertProblem(request().header("Accept", "text/html").get("/v1/queues/" + queue), 406, "not-acceptable");
        assertProblem(
                request().header("Accept", "application/json;q=0").get("/v1/queues/" + queue), 406, "not-acceptable");
        assertThat(request()
                        .header("Accept", "text/html, application/*;q=0.1")
                        .get("/v1/queues/" + queue)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void longAddressesAndHeaders() {
        assertProblem(request().get("/v1/queues?prefix=" + "x".repeat(9_000)), 414, "uri-too-long");
        assertProblem(request().header("X-Big", "x".repeat(33 * 1024)).get("/v1/queues"), 431, "headers-too-large");
    }

    @Test
    void bigBodies() throws IOException {
        int length = 17 * 1024 * 1024;
        String big = "0".repeat(length);
        for (String call : new String[] {"POST /messages", "POST /batch", "POST /receive", "POST /ack", "PUT "}) {
            String[] methodAndPath = call.split(" ", 2);
            // By hand: REST Assured takes seconds to send so much.
            assertThat(exchange(methodAndPath[0] + " /v1/queues/" + queue + methodAndPath[1] + " HTTP/1.1\r\n"
                            + "Host: localhost\r\nContent-Type: application/json\r\nContent-Length: " + length
                            + "\r\n\r\n" + big))
                    .as(call)
                    .startsWith("HTTP/1.1 413 ")
                    .contains("message-too-large");
        }
    }

    @Test
    void aBigBodyIsRefusedBeforeItIsSent() throws IOException {
        assertThat(exchange("POST /v1/queues/" + queue + "/messages HTTP/1.1\r\nHost: localhost\r\n"
                        + "Content-Length: 99999999\r\nExpect: 100-continue\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ")
                .contains("message-too-large");
    }

    @Test
    void aBigBodyWithoutALengthIsRefusedOnTheWay() throws IOException {
        String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
        assertThat(exchange("POST /v1/queues/" + queue + "/messages HTTP/1.1\r\nHost: localhost\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(20) + "0\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ")
                .contains("message-too-large");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1//queues",
                "/v1/queues/../queues",
                "/v1/queues/./a",
                "/v1/queues/..",
                "/v1/queues/%2e%2e/queues",
                "/v1/queues/a%00",
                "/v1/queues/a%2fmessages",
                "/v1/queues?prefix=%00",
                "/v1/queues?after=%C3%BC",
                "//v1/queues",
                "/v1/queues/a;b"
            })
    void addressesThatNoClientLibrarySends(String address) throws IOException {
        assertThat(exchange("GET " + address + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("application/problem+json", "\"code\":\"invalid-request\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET  HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "nonsense\r\n\r\n",
                "GET /v1/queues/%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /v1/queues/nobody HTTP/1.0\r\n\r\n",
                "GET /v1/queues/nobody HTTP/1.1\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "POST /v1/queues/q/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
                "POST /v1/queues/q/messages HTTP/1.1\r\nHost: localhost\r\n"
                        + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "POST /v1/queues/q/messages HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
            })
    void brokenHttp(String request) throws IOException {
        assertThat(exchange(request)).doesNotContainPattern("HTTP/1.. [25]").doesNotContain("Exception");
    }

    /** Sends bytes as they are and returns what comes back until the server closes or falls silent. */
    private static String exchange(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", RestAssured.port)) {
            socket.setSoTimeout(3_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            StringBuilder answer = new StringBuilder();
            byte[] buffer = new byte[8192];
            try {
                for (int n = socket.getInputStream().read(buffer);
                        n > 0;
                        n = socket.getInputStream().read(buffer)) {
                    answer.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
                    if (answer.indexOf("}") > 0) {
                        break;
                    }
                }
            } catch (java.net.SocketTimeoutException e) {
                return answer.toString();
            }
            return answer.toString();
        }
    }
}
