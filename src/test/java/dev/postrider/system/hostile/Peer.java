package dev.postrider.system.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client that sends whatever bytes it is told to. Belongs to one thread at a time. */
public final class Peer implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final byte[] NO_MASK = new byte[4];

    private final Socket socket;

    private Peer(Socket socket) {
        this.socket = socket;
    }

    /** Connects to a loopback port. */
    public static Peer connect(int port) throws IOException {
        return connect(port, 0);
    }

    /** Connects with a receive buffer of about that many bytes; 0: the system's own. */
    public static Peer connect(int port, int receiveBytes) throws IOException {
        Socket socket = new Socket();
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        return new Peer(socket);
    }

    public Peer send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    public Peer send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a request with a JSON body. */
    public Peer post(String path, String body) throws IOException {
        return post(path, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a request with a body that claims to be JSON. */
    public Peer post(String path, byte[] body) throws IOException {
        return send(postHead(path, body.length)).send(body);
    }

    static String postHead(String path, long length) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n";
    }

    public Peer get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    /** Upgrades to a WebSocket. */
    public Peer upgrade() throws IOException {
        send("GET /v1/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
        String head = head();
        if (!head.startsWith("HTTP/1.1 101")) {
            throw new IOException("Not upgraded: " + head);
        }
        return this;
    }

    /** Sends a text in one frame. */
    public Peer text(String text) throws IOException {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        return send(frameHead(0x81, payload.length)).send(payload);
    }

    /** The head of a masked frame, with a mask that changes nothing. */
    static byte[] frameHead(int firstByte, long length) {
        ByteBuffer head = ByteBuffer.allocate(14);
        head.put((byte) firstByte);
        if (length >= 0 && length < 126) {
            head.put((byte) (0x80 | length));
        } else if (length >= 0 && length < 1 << 16) {
            head.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            head.put((byte) (0x80 | 127)).putLong(length);
        }
        head.put(NO_MASK).flip();
        byte[] bytes = new byte[head.remaining()];
        head.get(bytes);
        return bytes;
    }

    /** Reads the head of an answer; fails with a timeout after ten seconds. */
    public String head() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        int matched = 0;
        while (matched < 4) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("Closed instead of an answer, after " + head.size() + " bytes");
            }
            head.write(b);
            matched = b == (matched % 2 == 0 ? '\r' : '\n') ? matched + 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /** The status of the next answer, or what came in its place: {@code closed}, {@code silent}. */
    public String status() {
        try {
            return head().substring(9, 12);
        } catch (SocketTimeoutException e) {
            return "silent";
        } catch (IOException e) {
            return "closed";
        }
    }

    /** Status and body of the next answer; whatever comes until the broker closes or is silent for a while. */
    public String answer() throws IOException {
        String head = head();
        int length = contentLength(head);
        return head + new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
    }

    private static int contentLength(String head) {
        for (String line : head.split("\r\n")) {
            if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                return Integer.parseInt(line.substring(15).trim());
            }
        }
        return 0;
    }

    /** Reads frames up to a close frame and answers its code; -1: it ended without one, -2: nothing came in time. */
    public int closeCode() {
        try {
            InputStream in = socket.getInputStream();
            while (true) {
                int first = in.read();
                int length = in.read();
                if (length == 126) {
                    length = in.read() << 8 | in.read();
                } else if (length == 127) {
                    length = (int) ByteBuffer.wrap(in.readNBytes(8)).getLong();
                }
                if (first < 0 || length < 0) {
                    return -1;
                }
                byte[] payload = in.readNBytes(length);
                if ((first & 15) == 8) {
                    return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort();
                }
            }
        } catch (SocketTimeoutException e) {
            return -2;
        } catch (IOException e) {
            return -1;
        }
    }

    /** How long reads and closes are waited for. */
    public Peer patience(int millis) throws IOException {
        socket.setSoTimeout(millis);
        return this;
    }

    /** True if the broker has closed; reads and drops what it sent. */
    public boolean isClosedByBroker() {
        try {
            socket.setSoTimeout(1);
            byte[] dropped = new byte[4096];
            while (socket.getInputStream().read(dropped) >= 0) {
                // Read on: the end comes behind the answer.
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Goes without a word: the kernel answers with a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
