package dev.postrider.broker.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.transport.BrokerDatabase;
import dev.postrider.broker.transport.TransportServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser may be made to send to a broker by a page, and what everybody else sends. */
@QuarkusTest
@QuarkusTestResource(BrokerDatabase.class)
class OriginGuardTest {
    @BeforeEach
    void awaitBroker() {
        Api.awaitReady();
    }

    private static final String HANDSHAKE = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

    /** The head of the answer, and what of its body comes with it. */
    private static String answer(int port, String methodAndPath, String headers) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write((methodAndPath + " HTTP/1.1\r\n" + headers + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            StringBuilder answer = new StringBuilder();
            byte[] buffer = new byte[4096];
            while (answer.indexOf("\r\n\r\n") < 0) {
                int length = socket.getInputStream().read(buffer);
                assertThat(length).as(answer.toString()).isPositive();
                answer.append(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
            }
            return answer.toString();
        }
    }

    private static String answer(String methodAndPath, String headers) throws IOException {
        return answer(RestAssured.port, methodAndPath, headers);
    }

    private static String own() {
        return "Host: localhost:" + RestAssured.port + "\r\n";
    }

    private static void assertForbidden(String answer) {
        assertThat(answer)
                .startsWith("HTTP/1.1 403 ")
                .containsIgnoringCase("content-type: application/problem+json")
                .contains("\"code\":\"forbidden\"");
    }

    @Nested
    class APageOfAnotherSite {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "http://evil.example",
                    "https://evil.example:8080",
                    "http://localhost.evil.example",
                    "http://127.0.0.1.evil.example",
                    "http://localhost@evil.example",
                    "chrome-extension://abcdef",
                    "null",
                    "",
                })
        void opensNoWebSocketAndCallsNothing(String origin) throws IOException {
            assertForbidden(answer("GET /v1/ws", own() + HANDSHAKE + "Origin: " + origin + "\r\n"));
            assertForbidden(answer("POST /v1/queues/q/purge", own() + "Origin: " + origin + "\r\n"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"/v1/queues/q/stream?ack=auto", "/%76%31/queues/q/stream?ack=auto"})
        void callsNothingWithARequestThatNamesNoOrigin(String path) throws IOException {
            assertForbidden(answer(
                    "GET " + path,
                    own() + "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n"));
            assertForbidden(answer(
                    "GET " + path,
                    own() + "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n"));
        }

        @Test
        void mayLinkToAPage() throws IOException {
            assertThat(answer(
                            "GET /health/live",
                            own() + "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n"
                                    + "Sec-Fetch-Dest: document\r\n"))
                    .startsWith("HTTP/1.1 200 ");
        }

        @ParameterizedTest
        @ValueSource(strings = {"evil.example", "evil.example:80", "127.0.0.1.evil.example", "10.0.0.1", "[::2]:80"})
        void isNotReadByANameOfItsOwnThatLeadsHere(String host) throws IOException {
            assertForbidden(answer("GET /v1/queues", "Host: " + host + "\r\nSec-Fetch-Site: same-origin\r\n"));
            assertForbidden(answer("GET /v1/queues", "Host: " + host + "\r\nSec-Fetch-Site: none\r\n"));
            assertForbidden(answer("GET /v1/ws", "Host: " + host + "\r\nOrigin: http://" + host + "\r\n" + HANDSHAKE));
        }
    }

    @Nested
    class WhatIsAtHome {
        @ParameterizedTest
        @ValueSource(strings = {"localhost", "LocalHost:80", "127.0.0.1", "127.0.0.1:8080", "127.1.2.3", "[::1]:8080"})
        void callsTheBrokerByANameOfLoopback(String host) throws IOException {
            assertThat(answer("GET /v1/queues", "Host: " + host + "\r\n")).startsWith("HTTP/1.1 200 ");
            assertThat(answer("GET /health/live", "Host: " + host + "\r\n")).startsWith("HTTP/1.1 200 ");
        }

        @ParameterizedTest
        @ValueSource(strings = {"http://localhost:3000", "http://127.0.0.1", "https://[::1]:8443"})
        void isAPageOfThisMachine(String origin) throws IOException {
            assertThat(answer("GET /v1/ws", own() + HANDSHAKE + "Origin: " + origin + "\r\n"))
                    .startsWith("HTTP/1.1 101 ");
            assertThat(answer(
                            "GET /v1/queues",
                            own() + "Origin: " + origin + "\r\nSec-Fetch-Site: same-site\r\nSec-Fetch-Mode: cors\r\n"))
                    .startsWith("HTTP/1.1 200 ");
        }

        @Test
        void isAProgramWhateverItCallsTheBroker() throws IOException {
            assertThat(answer("GET /v1/queues", "Host: broker.example\r\n")).startsWith("HTTP/1.1 200 ");
        }

        @Test
        void isWhoeverNamesNoOrigin() throws IOException {
            assertThat(answer("GET /v1/ws", own() + HANDSHAKE)).startsWith("HTTP/1.1 101 ");
            assertThat(answer("GET /v1/queues", own() + "Sec-Fetch-Site: none\r\n"))
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @Nested
    class ABrokerThatListens {
        @ParameterizedTest
        @CsvSource({
            "0.0.0.0,, broker.internal:8080, 200",
            "::,, broker.internal, 200",
            "127.0.0.1,, broker.internal:8080, 403",
            "localhost,, localhost:8080, 200",
            "127.0.0.1, broker.internal:9000, broker.internal:9000, 200",
            "127.0.0.1, broker.internal:9000, other.internal:9000, 403",
        })
        void onLoopbackGoesByItsOwnNamesOnly(String listens, String address, String host, int status)
                throws IOException {
            try (TransportServer server = guarded(listens, Optional.ofNullable(address))) {
                assertThat(answer(server.port(), "GET /", "Host: " + host + "\r\nSec-Fetch-Site: none\r\n"))
                        .startsWith("HTTP/1.1 " + status + " ");
            }
        }

        @ParameterizedTest
        @CsvSource({"http://broker.internal:8080, 200", "http://broker.internal, 403", "http://evil.example, 403"})
        void anywhereIsUsedByItsOwnPages(String origin, int status) throws IOException {
            try (TransportServer server = guarded("0.0.0.0", Optional.empty())) {
                assertThat(answer(server.port(), "GET /", "Host: broker.internal:8080\r\nOrigin: " + origin + "\r\n"))
                        .startsWith("HTTP/1.1 " + status + " ");
            }
        }

        private TransportServer guarded(String host, Optional<String> address) {
            return new TransportServer(new HttpServerOptions(), (vertx, router) -> {
                new OriginGuard(new BodyReader(vertx), host, address).register(router);
                router.route().handler(routing -> routing.response().end("here"));
            });
        }
    }
}
