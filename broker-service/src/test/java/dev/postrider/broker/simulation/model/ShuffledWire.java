package dev.postrider.broker.simulation.model;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A wire whose one thread carries out the steps of all exchanges under way in random order, so that a suite which
 * waits for futures can meet transactions that overlap. Loses nothing.
 */
final class ShuffledWire implements Wire {
    private final LinkedBlockingQueue<Runnable> arriving = new LinkedBlockingQueue<>();
    private final List<Runnable> steps = new ArrayList<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private final SplittableRandom random;

    ShuffledWire(long seed) {
        random = new SplittableRandom(seed);
        Thread server = new Thread(this::run, "shuffled wire");
        server.setDaemon(true);
        server.start();
    }

    private void run() {
        try {
            while (true) {
                if (steps.isEmpty()) {
                    steps.add(arriving.take());
                }
                arriving.drainTo(steps);
                steps.remove(random.nextInt(steps.size())).run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public <T> Future<T> send(Exchange<T> exchange) {
        Promise<T> answer = Promise.promise();
        arriving.add(() -> attempt(exchange, answer, () -> {
            if (!exchange.asks()) {
                exchange.prepare();
            }
            steps.add(() -> begin(exchange, answer));
        }));
        return answer.future();
    }

    private <T> void begin(Exchange<T> exchange, Promise<T> answer) {
        attempt(exchange, answer, () -> {
            if (!exchange.begin()) {
                waiting.add(() -> begin(exchange, answer));
                return;
            }
            if (exchange.asks()) {
                exchange.prepare();
            }
            steps.add(() -> attempt(exchange, answer, () -> {
                T result = exchange.end();
                over(exchange);
                answer.complete(result);
            }));
        });
    }

    private <T> void attempt(Exchange<T> exchange, Promise<T> answer, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            over(exchange);
            answer.tryFail(e);
        }
    }

    private void over(Exchange<?> exchange) {
        exchange.abort();
        steps.addAll(waiting);
        waiting.clear();
    }

    @Override
    public Future<Void> after(long millis) {
        Promise<Void> later = Promise.promise();
        arriving.add(later::complete);
        return later.future();
    }
}
