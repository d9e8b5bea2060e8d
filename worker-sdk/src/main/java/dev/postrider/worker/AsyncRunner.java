package dev.postrider.worker;

import io.smallrye.mutiny.subscription.Cancellable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs handlers where messages arrive: on the client's event loop. */
final class AsyncRunner<T> implements HandlerRunner {
    private final PayloadCodec<T> codec;
    private final AsyncHandler<T> handler;

    AsyncRunner(PayloadCodec<T> codec, AsyncHandler<T> handler) {
        this.codec = codec;
        this.handler = handler;
    }

    @Override
    public Running run(Delivery delivery, End end) {
        AtomicBoolean ended = new AtomicBoolean();
        End once = failure -> {
            if (ended.compareAndSet(false, true)) {
                end.handled(failure);
            }
        };
        Cancellable running;
        try {
            running = handler.handle(Payloads.read(codec, delivery), delivery)
                    .subscribe()
                    .with(item -> once.handled(null), once::handled);
        } catch (Throwable e) {
            once.handled(e);
            return () -> {};
        }
        return () -> {
            running.cancel();
            once.handled(new CancellationException("cancelled"));
        };
    }

    @Override
    public void close() {}
}
