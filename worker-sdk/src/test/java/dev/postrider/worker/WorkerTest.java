package dev.postrider.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.client.OutgoingMessage;
import dev.postrider.client.PostriderClient;
import dev.postrider.client.QueueOptions;
import dev.postrider.testbroker.Eventually;
import dev.postrider.testbroker.InMemoryBroker;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WorkerTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final InMemoryBroker broker = InMemoryBroker.started();
    private final PostriderClient client = PostriderClient.builder()
            .url(broker.url())
            .reconnectBackoff(Duration.ofMillis(10), Duration.ofMillis(100))
            .build();
    private final Facts facts = new Facts();
    private int published;
    private Worker worker;

    record Mail(int n) {}

    @BeforeEach
    void createQueue() {
        QueueOptions twice = QueueOptions.defaults().withMaxAttempts(2);
        client.putQueue("mails", twice).await().atMost(LONG);
    }

    @AfterEach
    void close() {
        if (worker != null) {
            stop(Duration.ZERO);
        }
        client.close();
        broker.close();
    }

    private WorkerBuilder<Mail> mails() {
        return Worker.builder(client, "mails", Mail.class).listener(facts);
    }

    private void start(WorkerBuilder<Mail> builder) {
        worker = builder.build();
        worker.start();
    }

    private void stop(Duration drain) {
        worker.stop(drain).await().atMost(LONG);
    }

    private void publish(int count) {
        List<OutgoingMessage> messages = IntStream.range(0, count)
                .mapToObj(n -> OutgoingMessage.json(new Mail(n)).withId("mail-" + ++published))
                .toList();
        client.publishAll("mails", messages).await().atMost(LONG);
    }

    /** Notes what a worker tells. */
    private static final class Facts implements WorkerListener {
        final List<String> started = new CopyOnWriteArrayList<>();
        final List<String> succeeded = new CopyOnWriteArrayList<>();
        final List<Throwable> failed = new CopyOnWriteArrayList<>();
        final List<Throwable> rejected = new CopyOnWriteArrayList<>();
        final List<String> lost = new CopyOnWriteArrayList<>();
        final List<Throwable> refused = new CopyOnWriteArrayList<>();

        @Override
        public void started(Delivery delivery) {
            started.add(delivery.id());
        }

        @Override
        public void succeeded(Delivery delivery, Duration took) {
            succeeded.add(delivery.id());
        }

        @Override
        public void failed(Delivery delivery, Throwable cause, Duration took) {
            failed.add(cause);
        }

        @Override
        public void rejected(Delivery delivery, Throwable cause, Duration took) {
            rejected.add(cause);
        }

        @Override
        public void leaseLost(Delivery delivery) {
            lost.add(delivery.id());
        }

        @Override
        public void subscriptionRefused(Throwable cause, Duration nextTry) {
            refused.add(cause);
        }
    }

    @Nested
    class Handling {
        @Test
        void ofAllMessagesAcknowledgesThem() {
            publish(200);
            List<Integer> seen = new CopyOnWriteArrayList<>();
            start(mails().concurrency(8).handler((mail, delivery) -> seen.add(mail.n())));

            Eventually.until("all acked", () -> broker.acked("mails") == 200);
            assertThat(seen).hasSize(200).doesNotHaveDuplicates();
            Eventually.until("all told", () -> facts.succeeded.size() == 200);
            assertThat(facts.started).hasSize(200);
        }

        @Test
        void withoutBlockingAcknowledgesThemToo() {
            publish(500);
            start(mails().concurrency(50).prefetch(100).asyncHandler((mail, delivery) -> Uni.createFrom()
                    .voidItem()));

            Eventually.until("all acked", () -> broker.acked("mails") == 500);
        }

        @Test
        void goesOnOnSoManyThreadsAndNoMore() {
            publish(20);
            CountDownLatch release = new CountDownLatch(1);
            AtomicInteger running = new AtomicInteger();
            List<String> threads = new CopyOnWriteArrayList<>();
            start(mails().concurrency(3).handler((mail, delivery) -> {
                running.incrementAndGet();
                threads.add(Thread.currentThread().getName());
                release.await();
            }));

            Eventually.until("three run", () -> running.get() == 3);
            assertThat(Eventually.throughout(Duration.ofMillis(100), () -> running.get() == 3))
                    .isTrue();
            assertThat(broker.inFlight("mails")).isEqualTo(3);
            release.countDown();
            Eventually.until("all acked", () -> broker.acked("mails") == 20);
            assertThat(threads).allMatch(name -> name.matches("postrider-mails-[1-9]+"));
        }

        @Test
        void longerThanTheLeaseKeepsTheMessage() {
            publish(1);
            CountDownLatch release = new CountDownLatch(1);
            start(mails().lease(Duration.ofMillis(300)).handler((mail, delivery) -> release.await()));

            Eventually.until("taken", () -> broker.inFlight("mails") == 1);
            assertThat(Eventually.throughout(Duration.ofMillis(1_200), () -> broker.inFlight("mails") == 1))
                    .isTrue();
            release.countDown();
            Eventually.until("acked", () -> broker.acked("mails") == 1);
            assertThat(facts.started).hasSize(1);
            assertThat(facts.lost).isEmpty();
        }
    }

    @Nested
    class Failing {
        @Test
        void byAnExceptionBringsTheMessageAgainAndThenBuriesItWithTheCause() {
            publish(1);
            start(mails().handler((mail, delivery) -> {
                throw new IllegalStateException("mailbox full");
            }));

            Eventually.until("buried", () -> !broker.deadLetterErrors("mails").isEmpty());
            assertThat(broker.deadLetterErrors("mails"))
                    .containsExactly("java.lang.IllegalStateException: mailbox full");
            Eventually.until("told", () -> facts.failed.size() == 2);
        }

        @Test
        void ofAUniCountsAsAnExceptionDoes() {
            publish(1);
            AtomicInteger attempts = new AtomicInteger();
            start(mails().asyncHandler((mail, delivery) -> attempts.incrementAndGet() == 1
                    ? Uni.createFrom().failure(new RetryLaterException(Duration.ofMillis(10)))
                    : Uni.createFrom().voidItem()));

            Eventually.until("acked", () -> broker.acked("mails") == 1);
            assertThat(attempts).hasValue(2);
        }

        @Test
        void byWishBringsItAgainAtThatTime() {
            publish(1);
            List<Integer> attempts = new CopyOnWriteArrayList<>();
            start(mails().handler((mail, delivery) -> {
                attempts.add(delivery.attempt());
                if (delivery.attempt() == 1) {
                    throw new RetryLaterException(Duration.ofMillis(20));
                }
            }));

            Eventually.until("acked", () -> broker.acked("mails") == 1);
            assertThat(attempts).containsExactly(1, 2);
        }

        @Test
        void byRejectionBuriesItAtOnce() {
            publish(1);
            start(mails().handler((mail, delivery) -> {
                throw new RejectMessageException("no such person");
            }));

            Eventually.until("buried", () -> !broker.deadLetterErrors("mails").isEmpty());
            assertThat(broker.deadLetterErrors("mails")).containsExactly("no such person");
            assertThat(facts.started).hasSize(1);
        }

        @Test
        void becauseThePayloadCannotBeReadBuriesItWithTheError() {
            client.publish("mails", OutgoingMessage.text("not json")).await().atMost(LONG);
            client.publish("mails", OutgoingMessage.json(Map.of("n", "many")))
                    .await()
                    .atMost(LONG);
            publish(1);
            start(mails().handler((mail, delivery) -> {}));

            Eventually.until("acked", () -> broker.acked("mails") == 1);
            Eventually.until("buried", () -> broker.deadLetterErrors("mails").size() == 2);
            assertThat(broker.deadLetterErrors("mails")).allMatch(error -> error.startsWith("Not a Mail: "));
            Eventually.until("told", () -> facts.rejected.size() == 2);
        }

        @Test
        void toEndInTimeInterruptsTheHandler() {
            publish(1);
            CompletableFuture<Throwable> interrupted = new CompletableFuture<>();
            CountDownLatch never = new CountDownLatch(1);
            start(mails().handlerTimeout(Duration.ofMillis(100)).handler((mail, delivery) -> {
                if (delivery.attempt() == 1) {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        interrupted.complete(e);
                        throw e;
                    }
                }
            }));

            assertThat(interrupted).succeedsWithin(LONG);
            Eventually.until("acked at the second attempt", () -> broker.acked("mails") == 1);
            assertThat(facts.failed).singleElement().satisfies(cause -> assertThat(cause)
                    .hasMessage("not handled within 100 ms"));
        }

        @Test
        void ofTheListenerHarmsNothing() {
            publish(1);
            start(mails().listener(new WorkerListener() {
                        @Override
                        public void started(Delivery delivery) {
                            throw new IllegalStateException("listener");
                        }
                    })
                    .handler((mail, delivery) -> {}));

            Eventually.until("acked", () -> broker.acked("mails") == 1);
        }
    }

    @Nested
    class Outage {
        @Test
        void ofTheConnectionIsOutlivedAndTheLeaseIsKnownToBeLost() {
            publish(1);
            CountDownLatch release = new CountDownLatch(1);
            start(mails().concurrency(2).lease(Duration.ofMillis(300)).handler((mail, delivery) -> release.await()));
            Eventually.until("taken", () -> facts.started.size() == 1);
            broker.cutConnections();

            Eventually.until("taken again", () -> facts.started.size() == 2);
            Eventually.until("the first is lost", () -> facts.lost.size() == 1);
            release.countDown();
            Eventually.until("acked", () -> broker.acked("mails") == 1);
            assertThat(facts.lost).hasSize(1);
        }

        @Test
        void ofTheBrokerIsOutlived() {
            start(mails().handler((mail, delivery) -> {}));
            publish(1);
            Eventually.until("acked", () -> broker.acked("mails") == 1);
            broker.stop();
            broker.restart();
            publish(5);

            Eventually.until("acked", () -> broker.acked("mails") == 6);
        }

        @Test
        void aQueueThatComesLaterIsWaitedFor() {
            worker = Worker.builder(client, "later", Mail.class)
                    .listener(facts)
                    .handler((mail, delivery) -> {})
                    .build();
            worker.start();
            Eventually.until("refused", () -> !facts.refused.isEmpty());
            broker.createQueue("later");
            client.publish("later", OutgoingMessage.json(new Mail(1))).await().atMost(LONG);

            Eventually.until("acked", () -> broker.acked("later") == 1);
        }
    }

    @Nested
    class Stopping {
        @Test
        void waitsForRunningHandlersAndGivesBackTheRest() {
            publish(10);
            CountDownLatch release = new CountDownLatch(1);
            start(mails().concurrency(2).prefetch(4).handler((mail, delivery) -> release.await()));
            Eventually.until("two run", () -> facts.started.size() == 2);

            CompletableFuture<Void> stopped = worker.stop(LONG).subscribeAsCompletionStage();
            assertThat(Eventually.throughout(Duration.ofMillis(100), () -> !stopped.isDone()))
                    .isTrue();
            release.countDown();

            assertThat(stopped).succeedsWithin(LONG);
            assertThat(broker.acked("mails")).isEqualTo(2);
            Eventually.until("given back", () -> broker.inFlight("mails") == 0);
            assertThat(broker.stored("mails")).isEqualTo(8);
            assertThat(facts.started).hasSize(2);
        }

        @Test
        void interruptsWhatOutlastsTheDrainAndGivesItBackUncounted() {
            publish(1);
            CompletableFuture<Void> interrupted = new CompletableFuture<>();
            CountDownLatch never = new CountDownLatch(1);
            start(mails().handler((mail, delivery) -> {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    interrupted.complete(null);
                }
            }));
            Eventually.until("runs", () -> facts.started.size() == 1);
            stop(Duration.ofMillis(50));

            assertThat(interrupted).succeedsWithin(LONG);
            Eventually.until("given back", () -> broker.inFlight("mails") == 0);
            assertThat(broker.acked("mails")).isZero();
            assertThat(client.receive("mails", 1, LONG, null)
                            .await()
                            .atMost(LONG)
                            .get(0)
                            .attempt())
                    .isEqualTo(1);
        }

        @Test
        void isLegalBeforeTheStartAndTwice() {
            worker = mails().handler((mail, delivery) -> {}).build();
            stop(LONG);
            stop(LONG);

            assertThatThrownBy(worker::start).isInstanceOf(IllegalStateException.class);
        }
    }
}
