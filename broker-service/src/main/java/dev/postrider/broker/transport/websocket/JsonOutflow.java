package dev.postrider.broker.transport.websocket;

import dev.postrider.broker.dispatch.Settler.Settled;
import dev.postrider.broker.transport.Problem;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;

/** What goes out on a socket as JSON: a text message for each frame. */
final class JsonOutflow extends Outflow<String> {
    JsonOutflow(Vertx vertx, ServerWebSocket socket) {
        super(vertx, socket);
    }

    @Override
    int send(Unsent<String> next) {
        String frame = ServerFrames.message(next.subscription(), next.run().message(next.sent()));
        next.sent(1);
        var unused = socket().writeTextMessage(frame);
        return frame.length();
    }

    @Override
    void subscribed(String id) {
        reply(ServerFrames.subscribed(id));
    }

    @Override
    void error(String id, Problem problem) {
        reply(ServerFrames.error(id, problem));
    }

    void published(String id, List<String> ids) {
        reply(ServerFrames.published(id, ids));
    }

    void settled(String id, Settled settled) {
        reply(ServerFrames.settled(id, settled));
    }

    @Override
    void flush() {
        // Nothing is held back.
    }

    private void reply(String frame) {
        if (!socket().isClosed()) {
            var unused = socket().writeTextMessage(frame);
            countReply();
        }
    }
}
