package dev.postrider.broker.store;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for futures, in tests only. */
public final class Await {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Await() {}

    /** The result; a failure is thrown as it is. */
    public static <T> T result(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("No result within " + PATIENCE, e);
        }
    }

    /** Asks again and again until the answer fits, and returns it. */
    public static <T> T until(Supplier<T> question, Predicate<T> fits) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        T answer = question.get();
        while (!fits.test(answer)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Still " + answer + " after " + PATIENCE);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            answer = question.get();
        }
        return answer;
    }

    /** The failure, which must be a {@link StoreException}. */
    public static StoreException storeFailure(Future<?> future) {
        try {
            Object result = result(future);
            throw new AssertionError("Succeeded with " + result);
        } catch (StoreException e) {
            return e;
        }
    }
}
