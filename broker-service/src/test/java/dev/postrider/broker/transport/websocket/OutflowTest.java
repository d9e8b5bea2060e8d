package dev.postrider.broker.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.dispatch.HandedRun;
import dev.postrider.broker.transport.Problem;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutflowTest {
    private final List<String> sent = new ArrayList<>();
    private Handler<Void> drained;

    @Test
    void aSocketThatDrainsWhileItIsWrittenGetsEachMessageOnce() {
        Recording outflow = new Recording(socketThatDrainsInEveryWrite());

        outflow.deliver(subscription("a", outflow), List.of(run(3)));
        outflow.deliver(subscription("b", outflow), List.of(run(1), run(2)));

        assertThat(sent).containsExactly("a0", "a1", "a2", "b0", "b0", "b1");
    }

    private static Subscription<String> subscription(String id, Outflow<String> outflow) {
        return new Subscription<>(id, outflow, (subscription, reason) -> {});
    }

    private static HandedRun run(int count) {
        return new HandedRun(1, "queue", null, 1, 1, null, 0, 0, count, 1);
    }

    /** As Netty does it when a write that fills the queue goes straight to the network. */
    private ServerWebSocket socketThatDrainsInEveryWrite() {
        return (ServerWebSocket) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ServerWebSocket.class}, (socket, method, arguments) -> {
                    switch (method.getName()) {
                        case "drainHandler" -> {
                            @SuppressWarnings("unchecked")
                            Handler<Void> handler = (Handler<Void>) arguments[0];
                            drained = handler;
                        }
                        case "writeBinaryMessage" -> drained.handle(null);
                        default -> {}
                    }
                    return method.getReturnType() == boolean.class ? false : null;
                });
    }

    /** Sends one message at a time. */
    private final class Recording extends Outflow<String> {
        Recording(ServerWebSocket socket) {
            super(null, socket);
            tell(new Listener() {
                @Override
                public void outflowIs(boolean open) {}

                @Override
                public void repliesPile(boolean up) {}
            });
        }

        @Override
        int send(Unsent<String> next) {
            assertThat(next.left()).as("to be sent of " + next.subscription()).isPositive();
            sent.add(next.subscription() + next.sent());
            next.sent(1);
            var unused = socket().writeBinaryMessage(Buffer.buffer());
            return 1;
        }

        @Override
        void subscribed(String id) {}

        @Override
        void error(String id, Problem problem) {}

        @Override
        void flush() {}
    }
}
