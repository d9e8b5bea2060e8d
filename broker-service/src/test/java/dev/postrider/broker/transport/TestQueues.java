package dev.postrider.broker.transport;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.Publisher;
import dev.postrider.broker.dispatch.Queues;
import dev.postrider.broker.queue.Limits;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** Prepares queues of the broker in the test's JVM, and looks at them. */
@Singleton
public final class TestQueues {
    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final Queues queues;
    private final Publisher publisher;

    TestQueues(Queues queues, Publisher publisher) {
        this.queues = queues;
        this.publisher = publisher;
    }

    /** A new queue. A broker that has not joined the others yet is waited for. */
    public String create() {
        return create(QueueSettings.DEFAULTS);
    }

    /** As {@link #create()}, with settings. */
    public String create(QueueSettings settings) {
        String name = "q" + COUNTER.incrementAndGet();
        Awaitility.await().ignoreExceptionsMatching(TestQueues::isUnavailable).until(() -> {
            result(queues.put(name, settings));
            return true;
        });
        return name;
    }

    /** A new queue with as many text messages, {@code 0} up. */
    public String createWith(int count) {
        String name = create();
        publish(name, IntStream.range(0, count).mapToObj(Integer::toString).collect(Collectors.toList()));
        return name;
    }

    public void publish(String queue, List<String> texts) {
        publishWithKey(queue, null, texts);
    }

    /** @param key of all of them; null: they have none */
    public void publishWithKey(String queue, String key, List<String> texts) {
        var unused = result(publisher.publish(
                queue,
                texts.stream()
                        .map(text -> MessageRecord.builder()
                                .key(key)
                                .contentType("text/plain")
                                .body(text.getBytes(StandardCharsets.UTF_8))
                                .build())
                        .collect(Collectors.toList())));
    }

    public Queues.Stats stats(String queue) {
        return result(queues.get(queue)).stats();
    }

    public void delete(String queue) {
        result(queues.delete(queue, false));
    }

    /** A new queue of which so many messages of a key may be in flight. */
    public String createWithInFlightPerKey(int limit) {
        return create(QueueSettings.DEFAULTS.withLimits(Limits.NONE.withMaxInFlightPerKey(limit)));
    }

    private static boolean isUnavailable(Throwable failure) {
        return failure instanceof BrokerException refused && refused.code() == ProblemCode.UNAVAILABLE;
    }

    static <T> T result(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("The broker takes too long", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
