package dev.postrider.system.load;

import dev.postrider.system.load.PushConsumer.Arrival;
import dev.postrider.system.load.PushConsumer.Connection;
import dev.postrider.system.process.BrokerApi;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;

/** Subscribes to an event stream. What is settled makes room for more by itself. */
final class StreamConnector implements PushConsumer.Connector {
    private static final int CONNECT_MILLIS = 3_000;

    private final Crew crew;

    StreamConnector(Crew crew) {
        this.crew = crew;
    }

    @Override
    public ClientKind kind() {
        return ClientKind.EVENT_STREAM;
    }

    @Override
    public Connection open(int broker, BlockingQueue<Arrival> arrivals) throws IOException {
        URI base = crew.broker(broker).base();
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(base.getHost(), base.getPort()), CONNECT_MILLIS);
            String request = "GET " + crew.path("stream") + "?credit=" + PushConsumer.CREDIT + " HTTP/1.1\r\nHost: "
                    + base.getAuthority() + "\r\nAccept: text/event-stream\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        Crew.thread("stream reader", () -> read(socket, arrivals));
        return new Open(socket);
    }

    private void read(Socket socket, BlockingQueue<Arrival> arrivals) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            String status = lines.readLine();
            if (status != null && !status.contains(" 200 ")) {
                crew.count("stream " + status);
                return;
            }
            boolean message = false;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                // The lines of chunked encoding stand between, and look like neither.
                if (line.startsWith("event:")) {
                    message = line.endsWith("message");
                } else if (line.startsWith("data:") && message) {
                    arrivals.add(
                            new Arrival(BrokerApi.JSON.readTree(line.substring("data:".length())), System.nanoTime()));
                } else if (line.startsWith("data:")) {
                    crew.count("stream ended with an error");
                }
            }
        } catch (IOException e) {
            // Cut, by us or by the broker; what has been read counts.
        } finally {
            arrivals.add(Arrival.END);
        }
    }

    private record Open(Socket socket) implements Connection {
        @Override
        public void dealtWith(int count) {
            // The broker sees it by the settlements.
        }

        @Override
        public void close() {
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException e) {
                // It is closed already.
            }
        }
    }
}
