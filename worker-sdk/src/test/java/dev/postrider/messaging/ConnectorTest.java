package dev.postrider.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.client.OutgoingMessage;
import dev.postrider.client.PostriderClient;
import dev.postrider.client.ReceivedMessage;
import dev.postrider.client.SubscribeOptions;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.testbroker.Eventually;
import dev.postrider.testbroker.InMemoryBroker;
import dev.postrider.worker.RejectMessageException;
import dev.postrider.worker.RetryLaterException;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.Outgoing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The connector in a CDI container with reactive messaging itself, against a broker that speaks the real protocol. */
class ConnectorTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final InMemoryBroker broker = InMemoryBroker.started();
    private final PostriderClient client =
            PostriderClient.builder().url(broker.url()).build();
    private Application application;

    /** What the mails look like. */
    record Mail(String to) {}

    @BeforeEach
    void createQueues() {
        broker.createQueue("emails");
        broker.createQueue("sent");
    }

    @AfterEach
    void close() {
        if (application != null) {
            application.close();
        }
        client.close();
        broker.close();
    }

    /** Takes typed payloads and fails where the address says so. */
    @ApplicationScoped
    static class Mailer {
        private final List<String> sent = new CopyOnWriteArrayList<>();
        private final List<IncomingPostriderMetadata> metadata = new CopyOnWriteArrayList<>();

        @Incoming("mails")
        Uni<Void> send(Mail mail, IncomingPostriderMetadata from) {
            metadata.add(from);
            if (mail.to().startsWith("hopeless")) {
                throw new RejectMessageException("no such domain");
            }
            if (mail.to().startsWith("later")) {
                throw new RetryLaterException(Duration.ofHours(1));
            }
            if (mail.to().startsWith("bad")) {
                return Uni.createFrom().failure(new IllegalStateException("no such mailbox"));
            }
            sent.add(mail.to());
            return Uni.createFrom().voidItem();
        }

        List<String> sent() {
            return sent;
        }

        List<IncomingPostriderMetadata> metadata() {
            return metadata;
        }
    }

    @Nested
    class Receiving {
        @Test
        void aMethodGetsThePayloadAsItsTypeAndTheMessageIsSettled() {
            start(Mailer.class);
            publish(OutgoingMessage.json(new Mail("ada@example.com"))
                    .withKey("user-1")
                    .withHeader("tenant", "east"));
            Mailer mailer = application.bean(Mailer.class);
            Eventually.until("acked", () -> broker.acked("emails") == 1);
            assertThat(mailer.sent()).containsExactly("ada@example.com");
            IncomingPostriderMetadata metadata = mailer.metadata().get(0);
            assertThat(metadata.queue()).isEqualTo("emails");
            assertThat(metadata.key()).contains("user-1");
            assertThat(metadata.attempt()).isEqualTo(1);
            assertThat(metadata.headers()).containsEntry("tenant", "east");
        }

        @Test
        void aMessageThatFailedComesAgainAndTheOthersGoOn() {
            start(Mailer.class);
            publish(OutgoingMessage.json(new Mail("bad@example.com")), OutgoingMessage.json(new Mail("ada")));
            Mailer mailer = application.bean(Mailer.class);
            Eventually.until("tried again", () -> mailer.metadata().stream().anyMatch(each -> each.attempt() == 2));
            assertThat(mailer.sent()).containsExactly("ada");
            assertThat(application.isAlive()).isTrue();
        }

        @Test
        void aPayloadThatDoesNotParseIsDeadLetteredAndTheOthersGoOn() {
            start(Mailer.class);
            publish(OutgoingMessage.json(List.of("no", "mail")), OutgoingMessage.json(new Mail("ada")));
            Eventually.until(
                    "dead-lettered", () -> !broker.deadLetterErrors("emails").isEmpty());
            Eventually.until("the next one", () -> broker.acked("emails") == 1);
            assertThat(broker.deadLetterErrors("emails").get(0)).contains("Not a Mail");
        }

        @Test
        void theExceptionsOfAWorkerMeanTheSameHere() {
            start(Mailer.class);
            publish(OutgoingMessage.json(new Mail("hopeless")), OutgoingMessage.json(new Mail("later")));
            Eventually.until(
                    "dead-lettered", () -> broker.deadLetterErrors("emails").size() == 1);
            Eventually.until("given back", () -> broker.inFlight("emails") == 0 && broker.stored("emails") == 1);
            assertThat(broker.deadLetterErrors("emails").get(0)).contains("no such domain");
        }

        @Test
        void aPayloadThatIsNullIsDeadLettered() {
            start(Mailer.class);
            publish(OutgoingMessage.json(null));
            Eventually.until(
                    "dead-lettered", () -> broker.deadLetterErrors("emails").size() == 1);
        }

        @Test
        void theStrategyRejectDeadLettersAtOnce() {
            start(Map.of("mp.messaging.incoming.mails.failure-strategy", "reject"), Mailer.class);
            publish(OutgoingMessage.json(new Mail("bad@example.com")));
            Eventually.until(
                    "dead-lettered", () -> !broker.deadLetterErrors("emails").isEmpty());
            assertThat(broker.deadLetterErrors("emails").get(0)).contains("no such mailbox");
        }

        @Test
        void theStrategyFailEndsTheChannelAndSaysSo() {
            start(Map.of("mp.messaging.incoming.mails.failure-strategy", "fail"), Mailer.class);
            assertThat(application.isAlive()).isTrue();
            publish(OutgoingMessage.json(new Mail("bad@example.com")));
            Eventually.until("unhealthy", () -> !application.isAlive());
            publish(OutgoingMessage.json(new Mail("ada")));
            Eventually.until("both wait", () -> broker.inFlight("emails") == 0 && broker.stored("emails") == 2);
            assertThat(application.bean(Mailer.class).sent()).isEmpty();
        }

        @Test
        void aQueueThatIsCreatedLaterIsConsumedThen() {
            start(Map.of("mp.messaging.incoming.mails.queue", "later"), Mailer.class);
            Eventually.until("not ready", () -> !application.isReady());
            broker.createQueue("later");
            client.publish("later", OutgoingMessage.json(new Mail("ada")))
                    .await()
                    .atMost(LONG);
            Eventually.until("acked", () -> broker.acked("later") == 1);
            assertThat(application.isReady()).isTrue();
        }

        @Test
        void messagesGoOnAfterALostConnection() {
            start(Mailer.class);
            publish(OutgoingMessage.json(new Mail("one")));
            Eventually.until("acked", () -> broker.acked("emails") == 1);
            broker.cutConnections();
            publish(OutgoingMessage.json(new Mail("two")).withId("two"));
            Eventually.until("acked", () -> broker.acked("emails") == 2);
        }
    }

    /** Decides about each message by hand. */
    @ApplicationScoped
    static class Judge {
        @Incoming("mails")
        CompletionStage<Void> judge(Message<ReceivedMessage> message) {
            PostriderNackMetadata verdict = message.getPayload().text().contains("hopeless")
                    ? PostriderNackMetadata.toDeadLetters()
                    : PostriderNackMetadata.retryAfter(Duration.ofHours(1));
            return message.nack(new IllegalStateException("judged"), Metadata.of(verdict));
        }
    }

    /** Holds its first message longer than a lease. */
    @ApplicationScoped
    static class Slow {
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final List<Integer> attempts = new CopyOnWriteArrayList<>();

        @Incoming("mails")
        @Blocking
        void work(ReceivedMessage message) throws InterruptedException {
            attempts.add(message.attempt());
            goOn.await(20, TimeUnit.SECONDS);
        }

        void goOn() {
            goOn.countDown();
        }

        List<Integer> attempts() {
            return attempts;
        }
    }

    @Nested
    class Settling {
        @Test
        void aNackMaySayWhatBecomesOfTheMessage() {
            start(Judge.class);
            publish(OutgoingMessage.text("hopeless"), OutgoingMessage.text("later"));
            Eventually.until(
                    "dead-lettered", () -> broker.deadLetterErrors("emails").size() == 1);
            Eventually.until("given back", () -> broker.inFlight("emails") == 0);
            assertThat(broker.stored("emails")).isEqualTo(1);
        }

        @Test
        void aLeaseIsExtendedWhileTheMethodWorks() {
            start(Map.of("mp.messaging.incoming.mails.lease", "300ms"), Slow.class);
            publish(OutgoingMessage.text("slow"));
            Slow slow = application.bean(Slow.class);
            Eventually.until("taken", () -> slow.attempts().size() == 1);
            assertThat(Eventually.throughout(
                            Duration.ofMillis(1_200), () -> slow.attempts().size() == 1))
                    .isTrue();
            slow.goOn();
            Eventually.until("acked", () -> broker.acked("emails") == 1);
        }

        @Test
        void aMessageIsWithdrawnFromAMethodThatTakesTooLong() {
            start(
                    Map.of(
                            "mp.messaging.incoming.mails.lease", "300ms",
                            "mp.messaging.incoming.mails.max-processing-time", "500ms"),
                    Slow.class);
            publish(OutgoingMessage.text("hangs"));
            Eventually.until("the lease ran out", () -> broker.stored("emails") == 1 && broker.inFlight("emails") == 0);
            application.bean(Slow.class).goOn();
        }
    }

    /** Sends on what it is told. */
    @ApplicationScoped
    static class Sender {
        @Inject
        @Channel("out")
        private MutinyEmitter<Object> emitter;

        void send(Message<Object> message) {
            emitter.sendMessageAndAwait(message);
        }
    }

    /** Passes messages from one queue to the other. */
    @ApplicationScoped
    static class Forwarder {
        @Incoming("mails")
        @Outgoing("out")
        String forward(Mail mail) {
            return mail.to();
        }
    }

    @Nested
    class Sending {
        @Test
        void aMessageIsPublishedWithItsMetadataAndThenAcknowledged() {
            start(Sender.class);
            OutgoingPostriderMetadata metadata = OutgoingPostriderMetadata.none()
                    .withKey("user-1")
                    .withPriority(7)
                    .withHeader("tenant", "east")
                    .withId("mine");
            send(Message.of((Object) new Mail("ada")).addMetadata(metadata));
            ReceivedMessage stored = take("sent");
            assertThat(stored.json(Mail.class)).isEqualTo(new Mail("ada"));
            assertThat(stored.key()).isEqualTo("user-1");
            assertThat(stored.priority()).isEqualTo(7);
            assertThat(stored.headers()).containsEntry("tenant", "east");
            assertThat(stored.id()).isEqualTo("mine");
        }

        @Test
        void aMessageMayNameAnotherQueue() {
            start(Sender.class);
            send(Message.of((Object) "text")
                    .addMetadata(OutgoingPostriderMetadata.none().withQueue("emails")));
            assertThat(take("emails").text()).isEqualTo("text");
        }

        @Test
        void aChannelMayHaveATopicForAQueue() {
            client.declareTopic("news").await().atMost(LONG);
            client.subscribeQueue("news", "readers", null).await().atMost(LONG);
            start(Map.of("mp.messaging.outgoing.out.topic", "news"), Sender.class);
            send(Message.of("text"));
            send(Message.of((Object) "for one queue")
                    .addMetadata(OutgoingPostriderMetadata.none().withQueue("emails")));

            ReceivedMessage copy = take("readers");
            assertThat(copy.text()).isEqualTo("text");
            assertThat(copy.topic()).isEqualTo("news");
            assertThat(take("emails").text()).isEqualTo("for one queue");
        }

        @Test
        void aRefusedMessageIsNackedAndTheNextOneGoesThrough() {
            start(Sender.class);
            broker.refuseNextPublish(ProblemCode.MESSAGE_TOO_LARGE);
            assertThatThrownBy(() -> send(Message.of("refused"))).hasMessageContaining("message-too-large");
            send(Message.of("stored"));
            assertThat(take("sent").text()).isEqualTo("stored");
        }

        @Test
        void metadataThatCannotBeRightFailsItsMessageOnly() {
            start(Sender.class);
            Message<Object> bad = Message.of((Object) "bad")
                    .addMetadata(OutgoingPostriderMetadata.none().withPriority(99));
            assertThatThrownBy(() -> send(bad)).hasMessageContaining("priority");
            send(Message.of("good"));
            assertThat(take("sent").text()).isEqualTo("good");
        }

        @Test
        void whatIsForwardedIsSettledOnlyWhenItIsStored() {
            start(Forwarder.class);
            broker.refuseNextPublish(ProblemCode.MESSAGE_TOO_LARGE);
            client.publish("emails", OutgoingMessage.json(new Mail("ada")))
                    .onFailure()
                    .retry()
                    .atMost(1)
                    .await()
                    .atMost(LONG);
            Eventually.until("acked", () -> broker.acked("emails") == 1);
            assertThat(take("sent").text()).isEqualTo("ada");
        }

        private void send(Message<Object> message) {
            application.bean(Sender.class).send(message);
        }
    }

    @Nested
    class Settings {
        @Test
        void whatCannotBeRightIsRefusedAtTheStart() {
            assertThatThrownBy(
                            () -> start(Map.of("mp.messaging.incoming.mails.failure-strategy", "ignore"), Mailer.class))
                    .hasStackTraceContaining("failure-strategy of channel mails");
            assertThatThrownBy(() -> start(Map.of("mp.messaging.incoming.mails.lease", "soon"), Mailer.class))
                    .hasStackTraceContaining("lease of channel mails");
        }
    }

    private void start(Class<?> bean) {
        start(Map.of(), bean);
    }

    private void start(Map<String, String> settings, Class<?> bean) {
        Map<String, String> all = new HashMap<>();
        all.put("mp.messaging.connector.postrider.url", broker.url().toString());
        all.putAll(settings);
        application = Application.started(all, bean);
    }

    private void publish(OutgoingMessage... messages) {
        client.publishAll("emails", List.of(messages)).await().atMost(LONG);
    }

    private ReceivedMessage take(String queue) {
        return client.subscribe(queue, SubscribeOptions.defaults())
                .toUni()
                .await()
                .atMost(LONG);
    }
}
