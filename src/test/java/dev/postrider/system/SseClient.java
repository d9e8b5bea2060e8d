package dev.postrider.system;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.system.process.BrokerApi;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Reads an event stream over a plain socket, which can be cut as a dying machine would cut it. */
final class SseClient implements AutoCloseable {
    private final Socket socket;
    private final List<JsonNode> messages = new CopyOnWriteArrayList<>();
    private volatile String status = "";

    private SseClient(Socket socket) {
        this.socket = socket;
    }

    /** Asks for the stream and reads it in the background. */
    static SseClient open(URI address) throws IOException {
        SseClient client = new SseClient(new Socket(address.getHost(), address.getPort()));
        String request = "GET " + address.getRawPath() + "?" + address.getRawQuery() + " HTTP/1.1\r\nHost: "
                + address.getAuthority() + "\r\nAccept: text/event-stream\r\n\r\n";
        client.socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        Thread reader = new Thread(client::read, "sse");
        reader.setDaemon(true);
        reader.start();
        return client;
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            status = lines.readLine();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                // The lines of chunked encoding stand between, and look like neither.
                if (line.startsWith("data:")) {
                    messages.add(BrokerApi.JSON.readTree(line.substring("data:".length())));
                }
            }
        } catch (IOException e) {
            // Cut, by us or by the broker; what has been read counts.
        }
    }

    /** The messages that came so far. */
    List<JsonNode> messages() {
        return messages;
    }

    /** The line with the status of the answer; empty as long as there is none. */
    String status() {
        return status;
    }

    /** Cuts the connection without a goodbye: the broker's system gets a reset. */
    void cut() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        cut();
    }
}
