package dev.postrider.broker.transport.sse;

import dev.postrider.broker.transport.PeerChannel;
import dev.postrider.broker.transport.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.function.Supplier;

/**
 * The answer to a request for a stream: what is written goes out as the client reads, and a client that takes nothing
 * for long is dropped. Belongs to the request's context, whose event loop runs all of it.
 */
final class StreamSocket {
    static final int WRITE_QUEUE_BYTES = 256 * 1024;

    /** The peer has been deaf for two to three keep-alives: the first may find that it took something before. */
    private static final int DEAF_TICKS_MAX = 2;

    /** How long the last event of a stream that the broker ends may take to go out. */
    private static final long LAST_WRITE_MILLIS = 10_000;

    private final Vertx vertx;
    private final HttpServerRequest http;
    private final HttpServerResponse response;
    private final long keepAliveMillis;
    private long keepAliveTimer = -1;
    private long writesBegun;
    private long writesDone;
    private long writesDoneAtTick;
    private int deafTicks;

    StreamSocket(Vertx vertx, HttpServerRequest http, long keepAliveMillis) {
        this.vertx = vertx;
        this.http = http;
        this.response = http.response();
        this.keepAliveMillis = keepAliveMillis;
    }

    /**
     * Answers the request.
     *
     * @param head the first event
     * @param drained called when there is room again
     * @param keepAlive what shows the client that the stream lives
     * @param deaf called before a client is dropped that takes nothing
     */
    void begin(Buffer head, Runnable drained, Supplier<Buffer> keepAlive, Runnable deaf) {
        EventStream.startAnswer(response).setChunked(true).setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        write(head);
        PeerChannel.of(http.connection()).expectFailures();
        response.drainHandler(event -> drained.run());
        keepAliveTimer = vertx.setPeriodic(keepAliveMillis, timer -> tick(keepAlive, deaf));
    }

    boolean isFull() {
        return response.writeQueueFull();
    }

    Future<Void> write(Buffer events) {
        writesBegun++;
        return response.write(events).onComplete(written -> writesDone++);
    }

    /** Says why the stream ends, and ends it. */
    void end(Throwable reason) {
        stop();
        long timer = vertx.setTimer(LAST_WRITE_MILLIS, late -> drop());
        response.end(Events.error(Problem.of(reason, http.path()))).onComplete(written -> vertx.cancelTimer(timer));
    }

    /** Writes nothing more by itself. */
    void stop() {
        vertx.cancelTimer(keepAliveTimer);
    }

    private void tick(Supplier<Buffer> keepAlive, Runnable deaf) {
        boolean isDeaf = writesDone < writesBegun && writesDone == writesDoneAtTick;
        deafTicks = isDeaf ? deafTicks + 1 : 0;
        writesDoneAtTick = writesDone;
        if (deafTicks >= DEAF_TICKS_MAX) {
            stop();
            deaf.run();
            drop();
        } else if (!isFull()) {
            write(keepAlive.get());
        }
    }

    private void drop() {
        if (http.version() == HttpVersion.HTTP_2) {
            response.reset();
        } else {
            PeerChannel.of(http.connection()).abort();
        }
    }
}
