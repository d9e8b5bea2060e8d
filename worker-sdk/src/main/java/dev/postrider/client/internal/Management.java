package dev.postrider.client.internal;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postrider.client.DeadLetterPage;
import dev.postrider.client.MessagePage;
import dev.postrider.client.PostriderException;
import dev.postrider.client.QueueInfo;
import dev.postrider.client.QueueOptions;
import dev.postrider.client.ReceivedMessage;
import dev.postrider.client.internal.session.Delivered;
import dev.postrider.client.internal.session.Settler;
import dev.postrider.client.internal.wire.JsonBodies;
import dev.postrider.client.internal.wire.WireMessage;
import dev.postrider.protocol.Names;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.TextDuration;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The calls that go over HTTP: management, and taking messages without a subscription. */
final class Management {
    private final HttpCalls http;
    private final HttpSettlements settlements;
    private final ObjectMapper mapper;

    Management(HttpCalls http, HttpSettlements settlements, ObjectMapper mapper) {
        this.http = http;
        this.settlements = settlements;
        this.mapper = mapper;
    }

    Uni<QueueInfo> queue(String queue) {
        return http.json(HttpMethod.GET, path(queue, ""), null).map(QueueDocuments::queue);
    }

    Uni<QueueInfo> putQueue(String queue, QueueOptions options) {
        return http.json(HttpMethod.PUT, path(queue, ""), options.asMap()).map(QueueDocuments::queue);
    }

    Uni<Void> deleteQueue(String queue) {
        return http.json(HttpMethod.DELETE, path(queue, ""), null).replaceWithVoid();
    }

    Uni<Void> pause(String queue) {
        return again(queue, "/pause").replaceWithVoid();
    }

    Uni<Void> resume(String queue) {
        return again(queue, "/resume").replaceWithVoid();
    }

    Uni<Long> purge(String queue) {
        return http.json(HttpMethod.POST, path(queue, "/purge"), null)
                .map(answer -> answer.path("purged").asLong());
    }

    Uni<Void> declareTopic(String topic) {
        // Looks first: to put it would take the retention from one that is there.
        return http.json(HttpMethod.GET, topicPath(topic), null)
                .onFailure(Management::isTopicMissing)
                .recoverWithUni(() -> http.json(HttpMethod.PUT, topicPath(topic), Map.of()))
                .replaceWithVoid();
    }

    private static boolean isTopicMissing(Throwable failure) {
        return failure instanceof PostriderException known && known.code().equals(ProblemCode.TOPIC_NOT_FOUND.code());
    }

    Uni<Void> declareTopic(String topic, Duration retention) {
        Map<String, Object> body =
                retention == null ? Map.of() : Map.of("retention", TextDuration.format(retention.toMillis()));
        return http.json(HttpMethod.PUT, topicPath(topic), body).replaceWithVoid();
    }

    Uni<Long> seek(String queue, Instant from) {
        return http.json(HttpMethod.POST, path(queue, "/seek"), Map.of("from", from.toString()))
                .map(answer -> answer.path("requeued").asLong());
    }

    Uni<Void> subscribeQueue(String topic, String queue, String filter) {
        Map<String, Object> body = filter == null ? Map.of() : Map.of("filter", filter);
        return http.json(HttpMethod.PUT, subscriptionPath(topic, queue), body).replaceWithVoid();
    }

    Uni<Void> removeSubscription(String topic, String queue) {
        return http.json(HttpMethod.DELETE, subscriptionPath(topic, queue), null)
                .replaceWithVoid();
    }

    Uni<Void> deleteTopic(String topic) {
        return http.json(HttpMethod.DELETE, topicPath(topic), null).replaceWithVoid();
    }

    Uni<DeadLetterPage> deadLetters(String queue, int limit, String after) {
        return http.json(HttpMethod.GET, path(queue, "/dead-letters?" + page(limit, after)), null)
                .map(answer -> QueueDocuments.deadLetters(answer, mapper));
    }

    Uni<Long> redrive(String queue, List<String> ids) {
        Map<String, Object> body = ids == null ? Map.of() : Map.of("ids", ids);
        return http.json(HttpMethod.POST, path(queue, "/dead-letters/redrive"), body)
                .map(answer -> answer.path("redriven").asLong());
    }

    Uni<MessagePage> peek(String queue, String state, int limit, String after) {
        String path = path(queue, "/messages?state=" + escaped(state) + "&" + page(limit, after));
        return http.text(HttpMethod.GET, path, null)
                .map(JsonBodies::page)
                .map(page -> new MessagePage(messages(page.messages(), HttpSettlements::notOurs), page.next()));
    }

    Uni<List<ReceivedMessage>> receive(String queue, int max, Duration wait, Duration lease) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("max", max);
        body.put("wait", TextDuration.format(wait.toMillis()));
        if (lease != null) {
            body.put("lease", TextDuration.format(lease.toMillis()));
        }
        return http.text(HttpMethod.POST, path(queue, "/receive"), http.write(body), wait, true)
                .map(answer -> messages(JsonBodies.page(answer).messages(), settlements.of(queue)));
    }

    /** Calls what may be done twice. */
    private Uni<String> again(String queue, String act) {
        return http.text(HttpMethod.POST, path(queue, act), null, Duration.ZERO, true);
    }

    private List<ReceivedMessage> messages(List<WireMessage> messages, Settler settler) {
        List<ReceivedMessage> received = new ArrayList<>(messages.size());
        messages.forEach(message -> received.add(new Delivered(message, mapper, settler)));
        return received;
    }

    private static String path(String queue, String rest) {
        return "/v1/queues/" + Names.check("queue", queue) + rest;
    }

    private static String topicPath(String topic) {
        return "/v1/topics/" + Names.check("topic", topic);
    }

    private static String subscriptionPath(String topic, String queue) {
        return topicPath(topic) + "/subscriptions/" + Names.check("queue", queue);
    }

    private static String page(int limit, String after) {
        return "limit=" + limit + (after == null ? "" : "&after=" + escaped(after));
    }

    private static String escaped(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
