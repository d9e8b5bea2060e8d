package dev.postrider.broker.transport.sse;

import dev.postrider.broker.dispatch.Delivered;
import dev.postrider.broker.dispatch.Followers.Followed;
import dev.postrider.broker.dispatch.Followers.Gap;
import dev.postrider.broker.dispatch.Position;
import dev.postrider.broker.transport.JsonOutput;
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

    /** As {@link #retry()}; a client that comes back then goes on from that position. */
    static Buffer retry(Position position) {
        return Buffer.buffer("retry: " + RETRY_MILLIS + "\nid: " + position.toText() + "\n\n");
    }

    /** As {@link #keepAlive()}; there was nothing up to that position. */
    static Buffer keepAlive(Position position) {
        return Buffer.buffer(": keep-alive\nid: " + position.toText() + "\n\n");
    }

    static Buffer keepAlive() {
        return Buffer.buffer(": keep-alive\n\n");
    }

    /** Appends a message of a queue. */
    static void message(Buffer out, Delivered message, MessageFormat format) {
        message(out, message.receipt().toText(), format.write(message));
    }

    /** Appends a message of a topic. */
    static void message(Buffer out, Followed followed, MessageFormat format) {
        message(out, followed.position().toText(), format.write(followed.message()));
    }

    /** Appends that messages are missing. */
    static void gap(Buffer out, Gap gap) {
        out.appendString("event: gap\ndata: {\"from\":\"")
                .appendString(JsonOutput.instant(gap.fromMillis()))
                .appendString("\",\"to\":\"")
                .appendString(JsonOutput.instant(gap.toMillis()))
                .appendString("\"}\n\n");
    }

    private static void message(Buffer out, String id, Buffer data) {
        out.appendString("event: message\nid: ")
                .appendString(id)
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
