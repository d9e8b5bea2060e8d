package dev.postrider.system.load;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.system.load.PushConsumer.Arrival;
import dev.postrider.system.load.PushConsumer.Connection;
import dev.postrider.system.process.BrokerApi;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Subscribes over WebSocket. Credit is given as messages are dealt with. */
final class SocketConnector implements PushConsumer.Connector {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Crew crew;

    SocketConnector(Crew crew) {
        this.crew = crew;
    }

    @Override
    public ClientKind kind() {
        return ClientKind.WEB_SOCKET;
    }

    @Override
    public Connection open(int broker, BlockingQueue<Arrival> arrivals) throws IOException {
        URI base = crew.broker(broker).base();
        URI address = URI.create("ws://" + base.getAuthority() + "/v1/ws");
        try {
            AtomicInteger credit = new AtomicInteger(PushConsumer.CREDIT);
            WebSocket socket = CLIENT.newWebSocketBuilder()
                    .connectTimeout(Duration.ofSeconds(3))
                    .subprotocols("postrider.v1.json")
                    .buildAsync(address, new Frames(arrivals, credit))
                    .orTimeout(4, TimeUnit.SECONDS)
                    .join();
            send(
                    socket,
                    "{\"type\":\"subscribe\",\"id\":\"s\",\"queue\":\"" + crew.queue() + "\",\"credit\":"
                            + PushConsumer.CREDIT + "}");
            return new Open(socket, credit);
        } catch (CompletionException e) {
            throw new IOException(e);
        }
    }

    private static void send(WebSocket socket, String json) throws IOException {
        try {
            socket.sendText(json, true).orTimeout(4, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new IOException(e);
        }
    }

    private record Open(WebSocket socket, AtomicInteger credit) implements Connection {
        @Override
        public void dealtWith(int count) throws IOException {
            credit.addAndGet(count);
            send(socket, "{\"type\":\"credit\",\"id\":\"s\",\"add\":" + count + "}");
        }

        @Override
        public void close() {
            socket.abort();
        }
    }

    /** Reads frames as they come. */
    private final class Frames implements WebSocket.Listener {
        private final StringBuilder frame = new StringBuilder();
        private final BlockingQueue<Arrival> arrivals;
        private final AtomicInteger credit;

        Frames(BlockingQueue<Arrival> arrivals, AtomicInteger credit) {
            this.arrivals = arrivals;
            this.credit = credit;
        }

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            frame.append(data);
            if (last) {
                take(frame.toString());
                frame.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        private void take(String json) {
            try {
                JsonNode read = BrokerApi.JSON.readTree(json);
                String type = read.path("type").asText();
                if ("message".equals(type)) {
                    arrivals.add(new Arrival(read, System.nanoTime()));
                    if (credit.decrementAndGet() < 0) {
                        crew.count("credit exceeded");
                    }
                } else if ("error".equals(type)) {
                    crew.count("socket " + read.at("/problem/code").asText());
                    arrivals.add(Arrival.END);
                }
            } catch (IOException e) {
                crew.count("socket sent no JSON");
            }
        }

        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int status, String reason) {
            arrivals.add(Arrival.END);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            arrivals.add(Arrival.END);
        }
    }
}
