package dev.postrider.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.client.OutgoingMessage;
import dev.postrider.client.PostriderException;
import dev.postrider.outbox.OutboxPublisher.RefusedException;
import dev.postrider.outbox.OutboxPublisher.Scope;
import dev.postrider.protocol.ProblemCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClientPublisherTest {
    private static final OutboxRecord SMALL = OutboxRecord.text("mails", "hello");

    @Nested
    class Message {
        @Test
        void carriesTheRecordsIdAsItsIdAndDeduplicationKey() {
            OutgoingMessage message = ClientPublisher.message(SMALL);
            assertThat(message.id()).isEqualTo(SMALL.id().toString());
            assertThat(message.deduplicationKey()).isEqualTo(SMALL.id().toString());
        }

        @Test
        void carriesEverythingElseThatTheRecordSays() {
            Instant later = Instant.parse("2031-05-06T07:08:09Z");
            OutgoingMessage message = ClientPublisher.message(OutboxRecord.json("mails", Map.of("a", 1))
                    .withKey("user-1")
                    .withType("user.signed-up")
                    .withHeader("tenant", "east")
                    .withPriority(3)
                    .withDeliverAt(later)
                    .withTtl(Duration.ofHours(1)));
            assertThat(message.payload()).asString().isEqualTo("{\"a\":1}");
            assertThat(message.contentType()).isEqualTo("application/json");
            assertThat(message.key()).isEqualTo("user-1");
            assertThat(message.headers())
                    .containsExactlyInAnyOrderEntriesOf(Map.of("type", "user.signed-up", "tenant", "east"));
            assertThat(message.priority()).isEqualTo(3);
            assertThat(message.deliverAt()).isEqualTo(later);
            assertThat(message.ttl()).isEqualTo(Duration.ofHours(1));
        }
    }

    @Nested
    class Refusal {
        @ParameterizedTest
        @EnumSource(names = {"INVALID_REQUEST", "MESSAGE_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE", "HEADERS_TOO_LARGE"})
        void ofARecordIsHeldAgainstTheRecord(ProblemCode code) {
            assertThat(scope(code)).isEqualTo(Scope.RECORD);
        }

        @ParameterizedTest
        @EnumSource(names = {"QUEUE_NOT_FOUND", "TOPIC_NOT_FOUND", "QUEUE_FULL", "RATE_LIMITED", "FORBIDDEN"})
        void ofAQueueIsHeldAgainstNoRecord(ProblemCode code) {
            assertThat(scope(code)).isEqualTo(Scope.QUEUE);
        }

        @ParameterizedTest
        @EnumSource(names = {"UNAVAILABLE", "OVERLOADED", "INTERNAL_ERROR", "UNAUTHORIZED", "REQUEST_TIMEOUT"})
        void ofABrokerInTroubleIsHeldAgainstNothing(ProblemCode code) {
            PostriderException failure = PostriderException.of(code, "detail");
            assertThat(ClientPublisher.refusal(failure, List.of(SMALL))).isSameAs(failure);
        }

        @Test
        void ofAHugeRecordIsRecognisedByTheLostConnection() {
            OutboxRecord huge = OutboxRecord.bytes("blobs", new byte[9 << 20], "application/octet-stream");
            RuntimeException refusal =
                    ClientPublisher.refusal(PostriderException.unavailable("connection lost", null), List.of(huge));
            assertThat(refusal).isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.scope())
                    .isEqualTo(Scope.RECORD));
        }

        private Scope scope(ProblemCode code) {
            RuntimeException refusal =
                    ClientPublisher.refusal(PostriderException.of(code, "detail"), List.of(SMALL, SMALL));
            return ((RefusedException) refusal).scope();
        }
    }
}
