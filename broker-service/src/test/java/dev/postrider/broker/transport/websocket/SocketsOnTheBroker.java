package dev.postrider.broker.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.postrider.broker.transport.TestQueues;
import dev.postrider.broker.transport.TestTopics;
import io.quarkus.test.common.http.TestHTTPResource;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What sockets do on a whole broker, whatever they speak. */
@Timeout(120)
abstract class SocketsOnTheBroker {
    @Inject
    TestQueues queues;

    @Inject
    TestTopics topics;

    @TestHTTPResource
    URI address;

    private int port;

    @BeforeEach
    void findPort() {
        port = address.getPort();
    }

    /** What the test speaks. */
    abstract SubProtocol protocol();

    SocketClient open() throws IOException {
        return SocketClient.connect(port, protocol());
    }

    @Test
    void whatIsPublishedComesBackAsItWas() throws IOException {
        String queue = queues.create();
        try (SocketClient client = open()) {
            client.send("{'type':'publish','id':'p1','queue':'" + queue + "','messages':["
                    + "{'text':'grüße','headers':{'a':'b'},'key':'k'},{'body':{'to': 'ada'}},{'base64':'AAEC/w=='}]}");
            JsonObject published = client.nextJson();
            assertThat(published.getString("type")).isEqualTo("published");
            client.send("{'type':'subscribe','id':'s1','queue':'" + queue + "','credit':10,'lease':'30s'}");
            assertThat(client.nextJson().getString("type")).isEqualTo("subscribed");
            JsonObject text = client.nextJson();
            assertThat(text.getString("id"))
                    .isEqualTo(published.getJsonArray("ids").getString(0));
            assertThat(text.getString("text")).isEqualTo("grüße");
            assertThat(text.getString("key")).isEqualTo("k");
            assertThat(text.getJsonObject("headers").getString("a")).isEqualTo("b");
            assertThat(text.getInteger("attempt")).isEqualTo(1);
            assertThat(client.nextJson().getJsonObject("body").getString("to")).isEqualTo("ada");
            assertThat(client.nextJson().getString("base64")).isEqualTo("AAEC/w==");
        }
    }

    @Test
    void whatIsPublishedToATopicReachesItsQueues() throws IOException {
        String topic = topics.createWith(queues.create(), queues.create());
        try (SocketClient client = open()) {
            client.send("{'type':'publish','id':'p1','topic':'" + topic + "','messages':[{'text':'a'},{'text':'b'}]}");
            JsonObject published = client.nextJson("published");
            assertThat(published.getJsonArray("ids")).hasSize(2);
            for (String queue : topics.queues(topic)) {
                client.send("{'type':'subscribe','id':'" + queue + "','queue':'" + queue + "','credit':10}");
                JsonObject first = client.nextJson("message");
                assertThat(first.getString("topic")).isEqualTo(topic);
                assertThat(first.getString("text")).isEqualTo("a");
                assertThat(first.getString("id"))
                        .isEqualTo(published.getJsonArray("ids").getString(0));
                assertThat(client.nextJson("message").getString("text")).isEqualTo("b");
            }
            client.send("{'type':'publish','id':'p2','topic':'no-such-topic','messages':[{'text':'a'}]}");
            assertThat(codeOf(client.nextJson())).isEqualTo("topic-not-found");
        }
    }

    @Test
    void creditIsNeverExceededHoweverMuchIsSettled() throws IOException {
        String queue = queues.createWith(500);
        try (SocketClient client = open()) {
            client.send("{'type':'subscribe','id':'s1','queue':'" + queue + "','credit':7}");
            int given = 7;
            int got = 0;
            while (got < 300) {
                String receipt = client.nextJson("message").getString("receipt");
                got++;
                assertThat(got).isLessThanOrEqualTo(given);
                client.send("{'type':'ack','receipts':['" + receipt + "']}");
                if (got == given) {
                    assertThat(client.isSilentFor(30)).isTrue();
                    int more = 1 + got % 29;
                    client.send("{'type':'credit','id':'s1','add':" + more + "}");
                    given += more;
                }
            }
        }
        await().until(() -> queues.stats(queue).inFlight() == 0);
    }

    @Test
    void noMoreOfAKeyAreSentThanMayBeInFlight() throws IOException {
        String queue = queues.createWithInFlightPerKey(1);
        queues.publishWithKey(queue, "ada", List.of("a", "a"));
        queues.publishWithKey(queue, "bob", List.of("b"));
        try (SocketClient client = open()) {
            client.send("{'type':'subscribe','id':'s1','queue':'" + queue + "','credit':10,'lease':'30s'}");
            JsonObject first = client.nextJson("message");
            JsonObject second = client.nextJson("message");
            assertThat(Set.of(first.getString("text"), second.getString("text")))
                    .containsExactlyInAnyOrder("a", "b");
            assertThat(client.isSilentFor(200)).isTrue();
            String receipt = (first.getString("text").equals("a") ? first : second).getString("receipt");
            client.send("{'type':'ack','receipts':['" + receipt + "']}");
            assertThat(client.nextJson("message").getString("text")).isEqualTo("a");
        }
    }

    @Test
    void aMessageThatFailedComesAgain() throws IOException {
        String queue = queues.createWith(1);
        try (SocketClient client = open()) {
            client.send("{'type':'subscribe','id':'s1','queue':'" + queue + "','credit':2}");
            String receipt = client.nextJson("message").getString("receipt");
            client.send("{'type':'extend','id':'e1','receipts':['" + receipt + "'],'lease':'1m'}");
            assertThat(client.nextJson("settled").getInteger("settled")).isEqualTo(1);
            client.send("{'type':'nack','id':'n1','receipts':['" + receipt + "'],'delay':'0s','reason':'busy'}");
            JsonObject again = client.nextJson("message");
            assertThat(again.getInteger("attempt")).isEqualTo(2);
            client.send("{'type':'deadLetter','id':'d1','receipts':['" + again.getString("receipt")
                    + "'],'reason':'hopeless'}");
            await().until(() -> queues.stats(queue).deadLettered() == 1);
        }
    }

    @Test
    void aKilledClientGivesItsMessagesBackLongBeforeTheirLeasesEnd() throws IOException {
        String queue = queues.createWith(100);
        try (SocketClient client = open();
                SocketClient other = open()) {
            client.send("{'type':'subscribe','id':'s1','queue':'" + queue + "','credit':100}");
            for (int i = 0; i < 100; i++) {
                client.nextJson("message");
            }
            other.send("{'type':'subscribe','id':'s1','queue':'" + queue + "','credit':100}");
            other.nextJson("subscribed");
            client.kill();
            long killed = System.nanoTime();
            Set<String> ids = new HashSet<>();
            while (ids.size() < 100) {
                ids.add(other.nextJson("message").getString("id"));
            }
            assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(25));
        }
    }

    @Test
    void aQueueThatIsMissingOrDeletedIsAnError() throws IOException {
        String queue = queues.createWith(1);
        try (SocketClient client = open()) {
            client.send("{'type':'publish','id':'p1','queue':'no-such-queue','messages':[{'text':'x'}]}");
            assertThat(codeOf(client.nextJson())).isEqualTo("queue-not-found");
            client.send("{'type':'subscribe','id':'s0','queue':'no-such-queue'}");
            assertThat(codeOf(client.nextJson())).isEqualTo("queue-not-found");
            client.send("{'type':'subscribe','id':'s1','queue':'" + queue + "','credit':1}");
            client.nextJson("message");
            queues.delete(queue);
            JsonObject error = client.nextJson();
            assertThat(error.getString("id")).isEqualTo("s1");
            assertThat(codeOf(error)).isEqualTo("queue-not-found");
        }
    }

    @Test
    void theLimitsOfTheServerHold() throws IOException {
        try (SocketClient client = open()) {
            client.sendRaw(SocketClient.header(SocketClient.TEXT, true, 17L * 1024 * 1024));
            client.sendRaw(new byte[1024 * 1024]);
            assertThat(client.nextCloseCode()).isEqualTo(1009);
        }
        try (SocketClient client = SocketClient.connect(port, "Sec-WebSocket-Extensions: permessage-deflate\r\n")) {
            assertThat(client.headers()).noneMatch(line -> line.startsWith("sec-websocket-extensions"));
        }
    }

    @Test
    void aMessageOfAMegabyteGoesThroughAClientOfTheJdk() throws Exception {
        String queue = queues.create();
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("postrider.v1.json")
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/v1/ws"), new Collector(received))
                .get(10, TimeUnit.SECONDS);
        assertThat(socket.getSubprotocol()).isEqualTo("postrider.v1.json");
        String text = "x".repeat(1024 * 1024);
        socket.sendText(subscribe(queue), true).get(10, TimeUnit.SECONDS);
        assertThat(new JsonObject(received.poll(10, TimeUnit.SECONDS)).getString("type"))
                .isEqualTo("subscribed");
        socket.sendText(
                        "{\"type\":\"publish\",\"queue\":\"" + queue + "\",\"messages\":[{\"text\":\"" + text + "\"}]}",
                        true)
                .get(10, TimeUnit.SECONDS);
        assertThat(new JsonObject(received.poll(10, TimeUnit.SECONDS)).getString("text"))
                .isEqualTo(text);
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
        assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("closed 1000");
    }

    private static String subscribe(String queue) {
        return "{\"type\":\"subscribe\",\"id\":\"s1\",\"queue\":\"" + queue + "\",\"credit\":1}";
    }

    private static String codeOf(JsonObject error) {
        assertThat(error.getString("type")).isEqualTo("error");
        return error.getJsonObject("problem").getString("code");
    }

    private static final class Collector implements WebSocket.Listener {
        private final BlockingQueue<String> received;
        private final StringBuilder text = new StringBuilder();

        Collector(BlockingQueue<String> received) {
            this.received = received;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                received.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            received.add("closed " + code);
            return null;
        }
    }
}
