package dev.postrider.broker.transport.sse;

import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads an event stream from a plain socket, and stops reading when it is told to. Reads wait for ten seconds. */
final class StreamClient implements AutoCloseable {
    private static final int WAIT_MILLIS = 10_000;

    /** An event, a comment (in {@code comment} alone), or a field by itself such as {@code retry}. */
    record Event(String event, String id, String data, String comment, String retry) {
        JsonObject json() {
            return new JsonObject(data);
        }
    }

    private final Socket socket;
    private final InputStream in;
    private final String status;
    private final List<String> headers = new ArrayList<>();
    private final StringBuilder chunk = new StringBuilder();

    private StreamClient(int port, String request) throws IOException {
        socket = new Socket();
        socket.setReceiveBufferSize(16 * 1024);
        socket.connect(new InetSocketAddress("127.0.0.1", port), WAIT_MILLIS);
        socket.setSoTimeout(WAIT_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        status = rawLine();
        for (String line = rawLine(); !line.isEmpty(); line = rawLine()) {
            headers.add(line.toLowerCase(Locale.ROOT));
        }
    }

    /** Asks for a path, with further header lines, each with its line end. */
    static StreamClient request(int port, String method, String path, String headerLines) throws IOException {
        return new StreamClient(port, method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headerLines + "\r\n");
    }

    static StreamClient open(int port, String queue, String query) throws IOException {
        return request(port, "GET", "/v1/queues/" + queue + "/stream" + query, "Accept: text/event-stream\r\n");
    }

    String status() {
        return status;
    }

    List<String> headers() {
        return headers;
    }

    /** The next event, whatever it is; null at the end of the stream. */
    Event next() throws IOException {
        String event = null;
        String id = null;
        String data = null;
        String comment = null;
        String retry = null;
        for (String line = line(); ; line = line()) {
            if (line == null) {
                return null;
            }
            if (line.isEmpty()) {
                return new Event(event, id, data, comment, retry);
            }
            int colon = line.indexOf(": ");
            String value = line.substring(colon + 2);
            switch (line.substring(0, colon)) {
                case "" -> comment = value;
                case "event" -> event = value;
                case "id" -> id = value;
                case "data" -> data = value;
                case "retry" -> retry = value;
                default -> throw new IOException("Unknown field in " + line);
            }
        }
    }

    /** The next event of that name; comments and others before it are dropped. */
    Event next(String name) throws IOException {
        Event event = next();
        return event == null || name.equals(event.event()) ? event : next(name);
    }

    boolean isSilentFor(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            in.mark(1);
            int c = in.read();
            in.reset();
            return c < 0;
        } catch (SocketTimeoutException e) {
            return true;
        } finally {
            socket.setSoTimeout(WAIT_MILLIS);
        }
    }

    /** Ends the connection as a killed process does. */
    void kill() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** A body with a length. */
    String body() throws IOException {
        int length = headers.stream()
                .filter(line -> line.startsWith("content-length: "))
                .mapToInt(line -> Integer.parseInt(line.substring(16)))
                .findFirst()
                .orElseThrow();
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String line() throws IOException {
        for (int end = chunk.indexOf("\n"); end < 0; end = chunk.indexOf("\n")) {
            String size = rawLine();
            int length = size.isEmpty() ? 0 : Integer.parseInt(size, 16);
            if (length == 0) {
                return null;
            }
            chunk.append(new String(in.readNBytes(length), StandardCharsets.UTF_8));
            rawLine();
        }
        int end = chunk.indexOf("\n");
        String line = chunk.substring(0, end);
        chunk.delete(0, end + 1);
        return line;
    }

    private String rawLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n' && c >= 0; c = in.read()) {
            line.append((char) c);
        }
        return line.toString().trim();
    }
}
