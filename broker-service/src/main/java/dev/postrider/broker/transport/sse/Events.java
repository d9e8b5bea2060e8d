package dev.postrider.broker.transport.sse;

import dev.postrider.broker.dispatch.Delivered;
import dev.postrider.broker.transport.EventJson;
import dev.postrider.broker.transport.MessageJson;
import dev.postrider.broker.transport.Problem;
import io.vertx.core.buffer.Buffer;

/** The bytes of each event. Data is one line of JSON, so that no client has to join lines. */
final class Events {
    /** How soon a client that lost the stream may come back; clients add no jitter of their own. */
    static final int RETRY_MILLIS = 2_000;

    private Events() {}

    static Buffer retry() {
        return Buffer.buffer("retry: " + RETRY_MILLIS + "\n\n");
    }

    static Buffer keepAlive() {
        return Buffer.buffer(": keep-alive\n\n");
    }

    /** Appends a message. */
    static void message(Buffer out, Delivered message) {
        message(out, message, MessageJson.toBuffer(message));
    }

    /** Appends a message as a CloudEvent. */
    static void cloudEvent(Buffer out, Delivered message) {
        message(out, message, EventJson.toBuffer(message));
    }

    private static void message(Buffer out, Delivered message, Buffer data) {
        out.appendString("event: message\nid: ")
                .appendString(message.receipt().toText())
                .appendString("\ndata: ")
                .appendBuffer(data)
                .appendString("\n\n");
    }

    static Buffer error(Problem problem) {
        return Buffer.buffer("event: error\ndata: ")
                .appendBuffer(problem.toBuffer())
                .appendString("\n\n");
    }
}
