package dev.postrider.worker;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs handlers on threads named after the queue, as many as the worker's concurrency. Reads payloads there too. Safe
 * for any thread.
 */
final class BlockingRunner<T> implements HandlerRunner {
    private static final int IDLE_SECONDS = 30;

    private final PayloadCodec<T> codec;
    private final Handler<T> handler;
    private final ThreadPoolExecutor threads;

    BlockingRunner(WorkerSettings settings, PayloadCodec<T> codec, Handler<T> handler) {
        this.codec = codec;
        this.handler = handler;
        AtomicInteger number = new AtomicInteger();
        // The worker starts no more handlers than there are threads; the queue only holds those that find a thread
        // which has told its end and not yet returned.
        this.threads = new ThreadPoolExecutor(
                settings.concurrency(),
                settings.concurrency(),
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(settings.concurrency()),
                work -> {
                    Thread thread = new Thread(work, "postrider-" + settings.queue() + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public Running run(Delivery delivery, End end) {
        Work work = new Work(delivery, end);
        threads.execute(work);
        return work::interrupt;
    }

    @Override
    public void close() {
        threads.shutdown();
    }

    /** One handler's turn on a thread. */
    private final class Work implements Runnable {
        private final Delivery delivery;
        private final End end;
        private Thread thread;
        private boolean stopped;

        Work(Delivery delivery, End end) {
            this.delivery = delivery;
            this.end = end;
        }

        @Override
        public void run() {
            Throwable failure = null;
            if (begin()) {
                try {
                    handler.handle(Payloads.read(codec, delivery), delivery);
                } catch (Throwable e) {
                    failure = e;
                }
            } else {
                failure = new InterruptedException("stopped before it was started");
            }
            finish();
            end.handled(failure);
        }

        private synchronized boolean begin() {
            thread = Thread.currentThread();
            return !stopped;
        }

        private synchronized void finish() {
            thread = null;
            // An interrupt that came too late must not hit the thread's next message.
            boolean cleared = Thread.interrupted();
            stopped |= cleared;
        }

        synchronized void interrupt() {
            stopped = true;
            if (thread != null) {
                thread.interrupt();
            }
        }
    }
}
