package dev.postrider.broker.dispatch;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Takes a call from any thread to the broker's loop, and its answer back to the Vert.x context that it came from. */
final class CallerContext {
    private CallerContext() {}

    /** Runs {@code task} on the loop; the future completes on the caller's context, or on the loop if it has none. */
    static <T> Future<T> call(EventLoop loop, Supplier<Future<T>> task) {
        Executor caller = executor(loop);
        Promise<T> answer = Promise.promise();
        loop.execute(() -> {
            Future<T> result;
            try {
                result = task.get();
            } catch (RuntimeException e) {
                result = Future.failedFuture(e);
            }
            result.onComplete(done -> caller.execute(() -> complete(answer, done)));
        });
        return answer.future();
    }

    /** Runs tasks in order on the context of the calling thread, or on the loop if it has none. */
    static Executor executor(EventLoop loop) {
        Context context = Vertx.currentContext();
        return context == null ? loop::execute : task -> context.runOnContext(none -> task.run());
    }

    private static <T> void complete(Promise<T> answer, AsyncResult<T> done) {
        if (done.succeeded()) {
            answer.complete(done.result());
        } else {
            answer.fail(done.cause());
        }
    }
}
