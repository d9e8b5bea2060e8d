package dev.postrider.benchmarks.workload;

import dev.postrider.benchmarks.broker.Broker;
import dev.postrider.benchmarks.broker.BrokerKind;
import dev.postrider.benchmarks.broker.Consumption;
import dev.postrider.benchmarks.broker.ServesHttp;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * One HTTP request for each message over 64 connections, each of which waits for its answer before it sends the next:
 * messages a second and the time of a request. Nobody consumes.
 */
final class HttpRequests implements Workload {
    private static final int CONNECTIONS = 64;
    private static final int BODY_BYTES = 100;
    private static final int CREATED = 201;

    @Override
    public String name() {
        return "http";
    }

    @Override
    public String title() {
        return "one HTTP request each, 64 connections: messages/s / p99 ms";
    }

    @Override
    public List<Figure> figures() {
        return List.of(Figure.perSecond("perSecond"), Figure.millis("p99"));
    }

    @Override
    public boolean suits(BrokerKind kind) {
        return kind.servesHttp();
    }

    @Override
    public Map<String, Double> run(Broker broker, Effort effort) {
        URI url = ((ServesHttp) broker).url();
        broker.createQueue(name(), 1, Consumption.streaming());
        Vertx vertx = Vertx.vertx();
        try {
            HttpClient http = vertx.createHttpClient(new HttpClientOptions()
                    .setDefaultHost(url.getHost())
                    .setDefaultPort(url.getPort())
                    .setMaxPoolSize(CONNECTIONS));
            new Requests(http, effort.warmUp()).run();
            Requests measured = new Requests(http, effort.measured());
            measured.run();
            return measured.figures();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
            broker.deleteQueue(name());
        }
    }

    /** As many loops as connections, for a while. */
    private final class Requests {
        private final HttpClient http;
        private final Duration limit;
        private final long begunNanos = System.nanoTime();
        private final Bodies bodies = new RandomBodies(BODY_BYTES, 1);
        private final Histogram micros = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(10), 3);
        private final LongAdder created = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private final CountDownLatch running = new CountDownLatch(CONNECTIONS);

        Requests(HttpClient http, Duration limit) {
            this.http = http;
            this.limit = limit;
        }

        void run() {
            for (int i = 0; i < CONNECTIONS; i++) {
                next();
            }
            try {
                if (!running.await(limit.toSeconds() + 30, TimeUnit.SECONDS)) {
                    failed.add(running.getCount());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted", e);
            }
        }

        private void next() {
            long sent = System.nanoTime();
            if (sent - begunNanos > limit.toNanos()) {
                running.countDown();
                return;
            }
            publish(body(sent)).onComplete(answer -> {
                if (answer.succeeded() && answer.result() == CREATED) {
                    created.increment();
                    micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - sent));
                } else {
                    failed.increment();
                }
                next();
            });
        }

        private synchronized Buffer body(long sent) {
            return Buffer.buffer(bodies.next(sent, 0));
        }

        private Future<Integer> publish(Buffer body) {
            return http.request(HttpMethod.POST, "/v1/queues/" + name() + "/messages")
                    .compose(request -> request.putHeader("content-type", "application/octet-stream")
                            .send(body))
                    .compose(response -> response.end().map(response.statusCode()));
        }

        Map<String, Double> figures() {
            Map<String, Double> figures = Latency.figures(micros);
            figures.put("perSecond", created.sum() * 1e9 / limit.toNanos());
            figures.put(MISSING, 0.0);
            figures.put(DUPLICATES, 0.0);
            figures.put(FAILED, failed.doubleValue());
            return figures;
        }
    }
}
