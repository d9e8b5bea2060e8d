package dev.postrider.broker.transport.http;

import dev.postrider.broker.dispatch.Publisher;
import dev.postrider.broker.transport.Limits;
import dev.postrider.broker.transport.MessageParser;
import dev.postrider.broker.transport.Problem;
import dev.postrider.broker.transport.PublishBudget;
import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * One NDJSON request: messages as lines, stored in pieces as they come. While a piece is being stored the next one
 * gathers, and when that has grown big the request is not read any further. Everything before the first bad line is
 * stored, and both answers, good and bad, count what was. Belongs to the request's context.
 */
final class MessageStream {
    /** Ids that an answer gives; beyond, it only counts. */
    static final int IDS_MAX = 10_000;

    private static final int PIECE_MESSAGES = 1_000;
    private static final int PIECE_BYTES = 256 * 1024;
    /** A body in JSON takes up to six times its bytes, all of them escaped. */
    private static final int ESCAPE_FACTOR = 6;

    private static final int PROPERTIES_BYTES = 128 * 1024;

    private final Vertx vertx;
    private final Exchange exchange;
    private final HttpServerRequest request;
    private final Sink sink;
    private final LineSplitter splitter;
    private final List<String> ids = new ArrayList<>();
    private List<MessageRecord> piece = new ArrayList<>();
    private long pieceBytes;
    private long lineNumber;
    private long stored;
    private long taken;
    private boolean storing;
    private boolean ended;
    private Throwable failure;
    private long idleTimer = -1;

    /** Where a stream's messages go. */
    record Sink(Publisher publisher, MessageParser parser, Limits limits, PublishBudget budget) {
        int lineBytesMax() {
            long bytes = (long) ESCAPE_FACTOR * limits.messageBytes() + PROPERTIES_BYTES;
            return (int) Math.min(limits.batchBytes(), bytes);
        }
    }

    MessageStream(Vertx vertx, Exchange exchange, Sink sink) {
        this.vertx = vertx;
        this.exchange = exchange;
        this.request = exchange.request();
        this.sink = sink;
        this.splitter = new LineSplitter(sink.lineBytesMax(), this::takeLine);
    }

    void start() {
        request.exceptionHandler(broken -> fail(BodyReader.malformed()));
        if (request.isEnded()) {
            end();
            return;
        }
        request.handler(this::take);
        request.endHandler(done -> end());
        watch();
        request.resume();
        BodyReader.sayContinue(request);
    }

    private void take(Buffer chunk) {
        if (ended) {
            return;
        }
        long linesBefore = lineNumber;
        try {
            hold(chunk.length());
            splitter.take(chunk);
        } catch (RuntimeException e) {
            fail(e);
            return;
        }
        // A line that comes byte by byte would be held as long as its client likes.
        if (lineNumber > linesBefore) {
            watch();
        }
        store();
        if (mustWait()) {
            request.pause();
            stopWatching();
        }
    }

    /** True while what has gathered is big. Once nothing is being stored, only reading on can end a long line. */
    private boolean mustWait() {
        return storing && (piece.size() >= PIECE_MESSAGES || pieceBytes >= PIECE_BYTES);
    }

    private void hold(long bytes) {
        sink.budget().take(bytes);
        taken += bytes;
        pieceBytes += bytes;
    }

    private void takeLine(byte[] line) {
        lineNumber++;
        try {
            piece.add(sink.parser().parse(line));
        } catch (ProtocolException e) {
            throw new ProtocolException(e.code(), "Message " + lineNumber + ": " + e.getMessage());
        }
    }

    private void end() {
        if (ended) {
            return;
        }
        stopWatching();
        try {
            splitter.end();
            if (lineNumber == 0) {
                throw ProtocolException.invalid("There is no message");
            }
        } catch (RuntimeException e) {
            failure = e;
        }
        ended = true;
        store();
    }

    private void fail(Throwable reason) {
        if (ended) {
            return;
        }
        stopWatching();
        failure = reason;
        ended = true;
        store();
    }

    /** Sends off what has gathered, or the answer when nothing is left to do. */
    private void store() {
        if (storing) {
            return;
        }
        if (piece.isEmpty()) {
            if (ended) {
                finish();
            }
            return;
        }
        storing = true;
        List<MessageRecord> messages = piece;
        piece = new ArrayList<>();
        long bytes = pieceBytes - splitter.held();
        pieceBytes = splitter.held();
        exchange.publish(sink.publisher(), messages).onComplete(done -> {
            storing = false;
            giveBack(bytes);
            stored(done);
        });
    }

    private void stored(AsyncResult<List<String>> done) {
        if (done.failed()) {
            // What came behind it must not overtake it, and is not stored either.
            piece.clear();
            failure = done.cause();
            ended = true;
        } else {
            stored += done.result().size();
            if (stored <= IDS_MAX) {
                ids.addAll(done.result());
            } else {
                ids.clear();
            }
        }
        store();
        if (!ended && !mustWait()) {
            request.resume();
            watch();
        }
    }

    private void finish() {
        stopWatching();
        giveBack(taken);
        if (failure != null) {
            if (!exchange.isOver()) {
                exchange.refuse(Problem.of(failure, request.path()).with("stored", stored));
            }
            return;
        }
        exchange.answer(201, out -> {
            out.writeStartObject();
            out.writeNumberField("stored", stored);
            if (stored <= IDS_MAX) {
                out.writeArrayFieldStart("ids");
                for (String id : ids) {
                    out.writeString(id);
                }
                out.writeEndArray();
            }
            out.writeEndObject();
        });
    }

    private void giveBack(long bytes) {
        sink.budget().giveBack(bytes);
        taken -= bytes;
    }

    private void watch() {
        stopWatching();
        idleTimer = vertx.setTimer(BodyReader.WINDOW_MILLIS, expired -> fail(BodyReader.tooSlow()));
    }

    private void stopWatching() {
        if (idleTimer >= 0) {
            vertx.cancelTimer(idleTimer);
            idleTimer = -1;
        }
    }
}
