package dev.postrider.broker.transport.http;

import dev.postrider.broker.dispatch.Delivered;
import dev.postrider.broker.transport.EventJson;
import dev.postrider.broker.transport.JsonOutput;
import dev.postrider.broker.transport.MessageJson;
import dev.postrider.broker.transport.PeerChannel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/**
 * Answers with messages. A small answer is one write; a big one is written piece by piece as the client takes it, so
 * that a slow client costs one piece of memory and not the whole answer. Belongs to the request's context.
 */
final class MessagesAnswer {
    private static final int PIECE_BYTES = 256 * 1024;

    /** How long a client may take to read a piece. */
    private static final long PIECE_MILLIS = 30_000;

    private final Exchange exchange;
    private final HttpServerResponse response;
    private final Iterator<Delivered> messages;
    private final Form form;
    private final Promise<Void> written = Promise.promise();
    private boolean first = true;
    private long deadline = -1;

    /**
     * How the answer looks.
     *
     * @param head what comes before the first message
     * @param message a message
     * @param tail what comes behind the last
     */
    private record Form(String contentType, String head, Function<Delivered, Buffer> message, Buffer tail) {
        static Form json(Buffer tail) {
            return new Form(MediaTypes.JSON, "{\"messages\":[", MessageJson::toBuffer, tail);
        }

        static Form events() {
            return new Form(MediaTypes.EVENTS, "[", EventJson::toBuffer, Buffer.buffer("]"));
        }
    }

    private MessagesAnswer(Exchange exchange, List<Delivered> messages, Form form) {
        this.exchange = exchange;
        this.response = exchange.response();
        this.messages = messages.iterator();
        this.form = form;
    }

    /**
     * Writes {@code {"messages":[…]}}, or a batch of CloudEvents if the client takes one; completes when it is written,
     * fails if the client went before.
     */
    static Future<Void> write(Exchange exchange, List<Delivered> messages) {
        Form form = MediaTypes.takesEvents(exchange.request()) ? Form.events() : Form.json(Buffer.buffer("]}"));
        return new MessagesAnswer(exchange, messages, form).start();
    }

    /** Writes {@code {"messages":[…],"next":…}}. */
    static Future<Void> write(Exchange exchange, List<Delivered> messages, String next) {
        Buffer tail = Buffer.buffer("],\"next\":")
                .appendBuffer(JsonOutput.write(out -> out.writeString(next)))
                .appendString("}");
        return new MessagesAnswer(exchange, messages, Form.json(tail)).start();
    }

    private Future<Void> start() {
        if (exchange.isOver()) {
            return Future.failedFuture("The client has gone");
        }
        response.exceptionHandler(written::tryFail);
        response.closeHandler(closed -> written.tryFail("The client has gone"));
        exchange.startAnswer(200, form.contentType());
        written.future().onComplete(done -> vertx().cancelTimer(deadline));
        Buffer piece = nextPiece(Buffer.buffer(form.head()));
        if (messages.hasNext()) {
            response.setChunked(true);
            writeOn(piece);
        } else {
            end(piece);
        }
        return written.future();
    }

    private void writeOn(Buffer piece) {
        if (written.future().isComplete()) {
            return;
        }
        if (!messages.hasNext()) {
            end(piece);
            return;
        }
        expectToBeRead();
        response.write(piece).onFailure(written::tryFail);
        if (response.writeQueueFull()) {
            response.drainHandler(drained -> {
                // A write may drain at once: it must not be written on from within it.
                response.drainHandler(null);
                writeOn(nextPiece(Buffer.buffer()));
            });
        } else {
            writeOn(nextPiece(Buffer.buffer()));
        }
    }

    private void expectToBeRead() {
        vertx().cancelTimer(deadline);
        deadline = vertx().setTimer(PIECE_MILLIS, late -> {
            written.tryFail("The client does not read");
            PeerChannel.of(exchange.request().connection()).abort();
        });
    }

    private Vertx vertx() {
        return exchange.vertx();
    }

    private void end(Buffer piece) {
        expectToBeRead();
        response.end(piece.appendBuffer(form.tail()))
                .onSuccess(written::tryComplete)
                .onFailure(written::tryFail);
    }

    private Buffer nextPiece(Buffer piece) {
        while (messages.hasNext() && piece.length() < PIECE_BYTES) {
            if (!first) {
                piece.appendByte((byte) ',');
            }
            first = false;
            piece.appendBuffer(form.message().apply(messages.next()));
        }
        return piece;
    }
}
