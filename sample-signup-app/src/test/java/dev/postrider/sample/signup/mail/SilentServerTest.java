package dev.postrider.sample.signup.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class SilentServerTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Test
    void acceptsAndSaysNothing() throws IOException {
        int port = freePort();
        SilentServer server = SilentServer.start(port);
        try (Socket client = new Socket(LOOPBACK, port)) {
            client.setSoTimeout(200);

            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        } finally {
            server.close();
        }
    }

    @Test
    void letsItsClientsGoWhenItStops() throws IOException {
        int port = freePort();
        SilentServer server = SilentServer.start(port);
        try (Socket client = new Socket(LOOPBACK, port)) {
            client.setSoTimeout(5_000);
            client.getOutputStream().write('x');
            server.close();

            assertThatThrownBy(() -> {
                        if (client.getInputStream().read() < 0) {
                            throw new IOException("closed");
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    @RepeatedTest(20)
    void leavesThePortFreeForTheNext() throws IOException {
        int port = freePort();
        SilentServer server = SilentServer.start(port);
        try (Socket client = new Socket(LOOPBACK, port)) {
            server.close();
            try (ServerSocket next = new ServerSocket(port, 1, LOOPBACK)) {
                assertThat(next.isBound()).isTrue();
            }
            assertThat(client.getPort()).isEqualTo(port);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }
}
