package dev.postrider.broker.transport.websocket;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A WebSocket client on a plain socket, which sends what well-behaved clients would not, and stops reading when it is
 * told to. Answers no ping unless asked. Reads wait for ten seconds.
 */
final class SocketClient implements AutoCloseable {
    private static final int WAIT_MILLIS = 10_000;

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    /** A frame of the broker. */
    record Received(int opcode, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        int closeCode() {
            return opcode == CLOSE && payload.length >= 2
                    ? ByteBuffer.wrap(payload).getShort()
                    : -1;
        }
    }

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final String status;
    private final List<String> headers = new ArrayList<>();
    /** Null: JSON is spoken. */
    private final BinarySpeech binary;

    private SocketClient(int port, String request) throws IOException {
        socket = new Socket();
        socket.setReceiveBufferSize(16 * 1024);
        socket.connect(new InetSocketAddress("127.0.0.1", port), 5_000);
        socket.setSoTimeout(WAIT_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        out.write(request.getBytes(StandardCharsets.ISO_8859_1));
        status = line();
        for (String line = line(); !line.isEmpty(); line = line()) {
            headers.add(line);
        }
        binary = headers.toString().contains(SubProtocol.BINARY.text()) ? new BinarySpeech() : null;
    }

    static SocketClient connect(int port, SubProtocol protocol) throws IOException {
        return connect(port, "Sec-WebSocket-Protocol: " + protocol.text() + "\r\n");
    }

    /** Opens a socket with further header lines, each with its line end. */
    static SocketClient connect(int port, String headerLines) throws IOException {
        return new SocketClient(
                port,
                "GET /v1/ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headerLines
                        + "\r\n");
    }

    /** The status line of the answer to the handshake. */
    String status() {
        return status;
    }

    List<String> headers() {
        return headers;
    }

    /** Sends JSON in which {@code '} stands for a quote, or what it means in binary. */
    void send(String json) throws IOException {
        sendFrame(opcode(), true, said(json));
    }

    /** Sends the first bytes of what {@link #send} would, and answers the others. */
    byte[] begin(String json, int bytes) throws IOException {
        byte[] message = said(json);
        sendFrame(opcode(), false, Arrays.copyOf(message, bytes));
        return Arrays.copyOfRange(message, bytes, message.length);
    }

    private int opcode() {
        return binary == null ? TEXT : BINARY;
    }

    private byte[] said(String json) {
        String frame = json.replace('\'', '"');
        return binary == null ? frame.getBytes(StandardCharsets.UTF_8) : binary.say(new JsonObject(frame));
    }

    void sendFrame(int opcode, boolean last, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(header(opcode, last, payload.length));
        frame.writeBytes(payload);
        out.write(frame.toByteArray());
    }

    /** The bytes before a payload, which is masked with zeros and so stays as it is. */
    static byte[] header(int opcode, boolean last, long length) {
        ByteBuffer header = ByteBuffer.allocate(14);
        header.put((byte) ((last ? 0x80 : 0) | opcode));
        if (length < 126) {
            header.put((byte) (0x80 | length));
        } else if (length < 65_536) {
            header.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            header.put((byte) (0x80 | 127)).putLong(length);
        }
        header.putInt(0);
        byte[] bytes = new byte[header.position()];
        header.flip().get(bytes);
        return bytes;
    }

    void sendRaw(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    /** The next frame that is no ping. */
    Received next() throws IOException {
        Received frame = nextOfAny();
        return frame.opcode() == PING ? next() : frame;
    }

    Received nextOfAny() throws IOException {
        int opcode = in.readUnsignedByte() & 0x0f;
        long length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        byte[] payload = new byte[Math.toIntExact(length)];
        in.readFully(payload);
        return new Received(opcode, payload);
    }

    /** The next frame, as JSON. */
    JsonObject nextJson() throws IOException {
        if (binary != null && !binary.heard().isEmpty()) {
            return binary.heard().remove();
        }
        Received frame = next();
        if (binary != null && frame.opcode() == BINARY) {
            binary.hear(frame.payload());
            return nextJson();
        }
        if (frame.opcode() != TEXT) {
            throw new IOException("Expected text, got opcode " + frame.opcode() + ", code " + frame.closeCode());
        }
        return new JsonObject(frame.text());
    }

    /** The next frame of that type; others that come before it are dropped. */
    JsonObject nextJson(String type) throws IOException {
        JsonObject frame = nextJson();
        return frame.getString("type").equals(type) ? frame : nextJson(type);
    }

    /** The code with which the broker closes the socket; what it sends before is dropped. */
    int nextCloseCode() throws IOException {
        Received frame = next();
        return frame.opcode() == CLOSE ? frame.closeCode() : nextCloseCode();
    }

    /** True if nothing comes for a while. */
    boolean isSilentFor(int millis) throws IOException {
        if (binary != null && !binary.heard().isEmpty()) {
            return false;
        }
        socket.setSoTimeout(millis);
        try {
            next();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } finally {
            socket.setSoTimeout(WAIT_MILLIS);
        }
    }

    /** True if the broker ends the connection. */
    boolean isEnded() throws IOException {
        return in.read() < 0;
    }

    /** Ends the connection as a killed process does. */
    void kill() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
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
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n' && c >= 0; c = in.read()) {
            line.append((char) c);
        }
        return line.toString().trim();
    }
}
