package dev.postrider.broker.transport.http;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.transport.PublishBudget;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;

/**
 * Reads bodies of requests within bounds of size and time. To be called on the request's context, which it completes
 * on.
 */
@Singleton
final class BodyReader {
    /** How long a client may take to send the next {@link #WINDOW_BYTES}. */
    static final long WINDOW_MILLIS = 30_000;

    /** Guessed: what even a bad mobile link sends in a window, and what a client that wants to linger does not. */
    static final int WINDOW_BYTES = 16 * 1024;

    /** What is read and dropped of a body that was refused, so that the client gets to read the answer. */
    private static final long DISCARD_BYTES_MAX = 64L * 1024 * 1024;

    /** How often it is looked who is slow while room is scarce, and what a client should send between two looks. */
    private static final long LOOK_MILLIS = 5_000;

    private static final int LOOKS_PER_WINDOW = (int) (WINDOW_MILLIS / LOOK_MILLIS);
    private static final int LOOK_BYTES = 160 * 1024;

    /** So much of each body is not counted before it is there: small calls go on whatever others do. */
    private static final int UNCOUNTED_BYTES = 16 * 1024;

    private static final int DOCUMENTS_PART_OF_HEAP = 16;

    private final Vertx vertx;
    private final PublishBudget documents =
            new PublishBudget(Runtime.getRuntime().maxMemory() / DOCUMENTS_PART_OF_HEAP);

    BodyReader(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * A body that was read. Give it back to the budget when it is no longer held.
     *
     * @param bytes all of it
     * @param budget what its bytes were taken from
     */
    record Read(byte[] bytes, PublishBudget budget) {
        void giveBack() {
            budget.giveBack(bytes.length);
        }
    }

    /**
     * Reads a body that is no publish. All such bodies on their way have a budget of their own, beyond a few bytes.
     */
    Future<byte[]> read(HttpServerRequest request, int bytesMax) {
        return arrive(request, bytesMax, documents);
    }

    /**
     * Reads a body, which is taken from {@code budget} when it is there, and from what may arrive as it comes.
     *
     * @return fails with {@code message-too-large}, {@code request-timeout} or {@code overloaded}
     */
    Future<Read> read(HttpServerRequest request, int bytesMax, PublishBudget budget) {
        return arrive(request, bytesMax, budget.arriving()).compose(bytes -> {
            budget.take(bytes.length);
            return Future.succeededFuture(new Read(bytes, budget));
        });
    }

    private Future<byte[]> arrive(HttpServerRequest request, int bytesMax, PublishBudget budget) {
        if (declaredLength(request) > bytesMax) {
            return Future.failedFuture(tooLarge(bytesMax));
        }
        if (request.isEnded()) {
            return Future.succeededFuture(new byte[0]);
        }
        Reading reading = new Reading(request, bytesMax, budget);
        reading.start();
        return reading.promise.future();
    }

    /** Tells a client that waits for it that its body is wanted. */
    static void sayContinue(HttpServerRequest request) {
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
    }

    /** Reads on and drops what comes, within bounds, so that an answer before the end of the body is not lost. */
    void discardRest(HttpServerRequest request) {
        if (request.isEnded() || request.response().closed()) {
            return;
        }
        long timer = vertx.setTimer(WINDOW_MILLIS, expired -> closeUnlessEnded(request));
        long[] dropped = {0};
        request.handler(chunk -> {
            dropped[0] += chunk.length();
            if (dropped[0] > DISCARD_BYTES_MAX) {
                request.connection().close();
            }
        });
        request.endHandler(ended -> vertx.cancelTimer(timer));
        request.exceptionHandler(gone -> vertx.cancelTimer(timer));
        request.resume();
    }

    /** A resource may have put handlers of its own on the request since, so that the end was not heard here. */
    private static void closeUnlessEnded(HttpServerRequest request) {
        if (!request.isEnded()) {
            request.connection().close();
        }
    }

    static ProtocolException tooLarge(int bytesMax) {
        return new ProtocolException(ProblemCode.MESSAGE_TOO_LARGE, "The body may have " + bytesMax + " bytes");
    }

    /** For a body that breaks off, or is not chunked as it says. If the client has gone nobody hears it. */
    static ProtocolException malformed() {
        return ProtocolException.invalid("The body was cut short or is not well formed");
    }

    static ProtocolException tooSlow() {
        return new ProtocolException(
                ProblemCode.REQUEST_TIMEOUT, "The body did not arrive in time; it may be sent again");
    }

    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    /** One body on its way. */
    private final class Reading {
        private final HttpServerRequest request;
        private final int bytesMax;
        private final PublishBudget budget;
        private final Promise<byte[]> promise = Promise.promise();
        private final Buffer body = Buffer.buffer();
        private long taken;
        private int lengthAtWindowStart;
        private int lengthAtLook;
        private int looks;
        private long timer;

        Reading(HttpServerRequest request, int bytesMax, PublishBudget budget) {
            this.request = request;
            this.bytesMax = bytesMax;
            this.budget = budget;
        }

        void start() {
            timer = vertx.setPeriodic(LOOK_MILLIS, tick -> look());
            request.exceptionHandler(broken -> fail(malformed()));
            request.handler(this::take);
            request.endHandler(ended -> finish());
            request.resume();
            sayContinue(request);
        }

        private void take(Buffer chunk) {
            if (promise.future().isComplete()) {
                return;
            }
            if (body.length() + (long) chunk.length() > bytesMax) {
                fail(tooLarge(bytesMax));
                return;
            }
            try {
                long counted = Math.max(0, body.length() + (long) chunk.length() - UNCOUNTED_BYTES);
                budget.take(counted - taken);
                taken = counted;
            } catch (RuntimeException e) {
                fail(e);
                return;
            }
            body.appendBuffer(chunk);
        }

        private void look() {
            if (budget.isTight() && taken > 0 && body.length() - lengthAtLook < LOOK_BYTES) {
                fail(new BrokerException(
                        ProblemCode.OVERLOADED, "The broker has no room for a body that comes so slowly"));
                return;
            }
            lengthAtLook = body.length();
            looks++;
            if (looks % LOOKS_PER_WINDOW == 0) {
                endWindow();
            }
        }

        private void endWindow() {
            if (body.length() - lengthAtWindowStart < WINDOW_BYTES) {
                fail(tooSlow());
            }
            lengthAtWindowStart = body.length();
        }

        private void finish() {
            vertx.cancelTimer(timer);
            if (!promise.future().isComplete()) {
                budget.giveBack(taken);
                promise.complete(body.getBytes());
            }
        }

        private void fail(Throwable reason) {
            vertx.cancelTimer(timer);
            if (promise.tryFail(reason)) {
                budget.giveBack(taken);
            }
        }
    }
}
