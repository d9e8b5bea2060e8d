package dev.postrider.worker;

import dev.postrider.client.PostriderClient;
import dev.postrider.protocol.Names;
import java.time.Duration;
import java.util.Objects;

/**
 * Describes a {@link Worker}. One of {@link #handler} and {@link #asyncHandler} must be set; all else has a default.
 *
 * @param <T> what payloads are read as
 */
public final class WorkerBuilder<T> {
    /** The bound of {@link #concurrency}. */
    public static final int CONCURRENCY_MAX = 10_000;

    /** The shortest lease that can be kept alive. */
    public static final Duration LEASE_MIN = Duration.ofMillis(100);

    private final PostriderClient client;
    private final String queue;
    private int concurrency = 1;
    private int prefetch;
    private Duration lease = Duration.ofSeconds(30);
    private Duration handlerTimeout;
    private PayloadCodec<T> codec;
    private Handler<T> handler;
    private AsyncHandler<T> asyncHandler;
    private WorkerListener listener = new WorkerListener() {};

    WorkerBuilder(PostriderClient client, String queue, Class<T> type) {
        this.client = Objects.requireNonNull(client, "client");
        this.queue = Names.check("queue", queue);
        this.codec = PayloadCodec.json(type);
    }

    /** How many messages are handled at a time, 1 to {@link #CONCURRENCY_MAX}. 1 unless set. */
    public WorkerBuilder<T> concurrency(int value) {
        if (value < 1 || value > CONCURRENCY_MAX) {
            throw new IllegalArgumentException("concurrency must be 1 to " + CONCURRENCY_MAX + ", was " + value);
        }
        concurrency = value;
        return this;
    }

    /**
     * How many messages may wait here beyond those being handled, for very short handlers. Their leases run while they
     * wait, and are extended only once a handler has them. None unless set.
     */
    public WorkerBuilder<T> prefetch(int value) {
        if (value < 0) {
            throw new IllegalArgumentException("prefetch must not be negative, was " + value);
        }
        prefetch = value;
        return this;
    }

    /** How long the broker waits for a word from a worker that is gone. 30 s unless set. */
    public WorkerBuilder<T> lease(Duration value) {
        if (value.compareTo(LEASE_MIN) < 0) {
            throw new IllegalArgumentException("lease must be at least " + LEASE_MIN + ", was " + value);
        }
        lease = value;
        return this;
    }

    /** After this time a handler is interrupted or cancelled, and the message has failed. None unless set. */
    public WorkerBuilder<T> handlerTimeout(Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("handlerTimeout must be positive, was " + value);
        }
        handlerTimeout = value;
        return this;
    }

    /** Reads the payloads, in place of JSON. */
    public WorkerBuilder<T> codec(PayloadCodec<T> value) {
        codec = Objects.requireNonNull(value, "codec");
        return this;
    }

    /** Handles the messages, on threads of the worker's own. */
    public WorkerBuilder<T> handler(Handler<T> value) {
        handler = Objects.requireNonNull(value, "handler");
        asyncHandler = null;
        return this;
    }

    /** Handles the messages on the client's event loop. */
    public WorkerBuilder<T> asyncHandler(AsyncHandler<T> value) {
        asyncHandler = Objects.requireNonNull(value, "asyncHandler");
        handler = null;
        return this;
    }

    /** Hears what happens. */
    public WorkerBuilder<T> listener(WorkerListener value) {
        listener = Objects.requireNonNull(value, "listener");
        return this;
    }

    /** Makes the worker; it does nothing before {@link Worker#start}. */
    public Worker build() {
        if (handler == null && asyncHandler == null) {
            throw new IllegalStateException("A worker needs a handler");
        }
        WorkerSettings settings = new WorkerSettings(queue, concurrency, lease, prefetch, handlerTimeout);
        HandlerRunner runner = handler != null
                ? new BlockingRunner<>(settings, codec, handler)
                : new AsyncRunner<>(codec, asyncHandler);
        return new Worker(client, settings, runner, new SafeListener(listener));
    }
}
