package dev.postrider.outbox;

import dev.postrider.client.OutgoingMessage;
import dev.postrider.client.PostriderClient;
import dev.postrider.client.PostriderException;
import dev.postrider.protocol.ProblemCode;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Publishes through the SDK's client; each record's id is the message's id and deduplication key. */
final class ClientPublisher implements OutboxPublisher {
    /** The client keeps its own deadline; this one is for a client that does not. */
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    /**
     * A record beyond this size may not fit into what the broker reads at all; it then ends the connection rather than
     * refuse the message, which looks like a broker that is away.
     */
    private static final int FRAME_BYTES_SAFE = 8 << 20;

    private static final Set<String> RECORD_CODES = Set.of(
            ProblemCode.INVALID_REQUEST.code(),
            ProblemCode.MESSAGE_TOO_LARGE.code(),
            ProblemCode.HEADERS_TOO_LARGE.code(),
            ProblemCode.UNSUPPORTED_MEDIA_TYPE.code());
    private static final Set<String> QUEUE_CODES = Set.of(
            ProblemCode.QUEUE_NOT_FOUND.code(),
            ProblemCode.TOPIC_NOT_FOUND.code(),
            ProblemCode.FORBIDDEN.code(),
            ProblemCode.QUEUE_FULL.code(),
            ProblemCode.RATE_LIMITED.code(),
            ProblemCode.NOT_IMPLEMENTED.code());

    private final PostriderClient client;

    ClientPublisher(PostriderClient client) {
        this.client = client;
    }

    @Override
    public void publish(String queue, List<OutboxRecord> records) {
        try {
            List<OutgoingMessage> messages =
                    records.stream().map(ClientPublisher::message).toList();
            Uni<List<String>> published = records.get(0).isForTopic()
                    ? client.publishAllToTopic(queue, messages)
                    : client.publishAll(queue, messages);
            published.await().atMost(PATIENCE);
        } catch (PostriderException e) {
            throw refusal(e, records);
        }
    }

    static OutgoingMessage message(OutboxRecord record) {
        String id = record.id().toString();
        OutgoingMessage message = OutgoingMessage.bytes(record.payload(), record.contentType())
                .withId(id)
                .withDeduplicationKey(id)
                .withPriority(record.priority())
                .withHeader(OutboxRecord.TYPE_HEADER, record.type());
        for (Map.Entry<String, String> header : record.headers().entrySet()) {
            message = message.withHeader(header.getKey(), header.getValue());
        }
        message = record.key().map(message::withKey).orElse(message);
        message = record.deliverAt().map(message::withDeliverAt).orElse(message);
        return record.ttl().map(message::withTtl).orElse(message);
    }

    /** What a failure says about the records: a refusal, or the failure itself if it is about the broker. */
    static RuntimeException refusal(PostriderException failure, List<OutboxRecord> records) {
        if (RECORD_CODES.contains(failure.code())) {
            return new RefusedException(Scope.RECORD, failure.getMessage(), failure);
        }
        if (QUEUE_CODES.contains(failure.code())) {
            return new RefusedException(Scope.QUEUE, failure.getMessage(), failure);
        }
        if (records.size() == 1 && records.get(0).payloadBytes() > FRAME_BYTES_SAFE) {
            String detail =
                    "the connection failed at a payload of " + records.get(0).payloadBytes() + " bytes: ";
            return new RefusedException(Scope.RECORD, detail + failure.getMessage(), failure);
        }
        return failure;
    }
}
