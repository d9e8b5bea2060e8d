package dev.postrider.client.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.client.ScheduleInfo;
import dev.postrider.client.ScheduleOptions;
import dev.postrider.client.SchedulePage;
import dev.postrider.client.internal.wire.JsonBodies;
import dev.postrider.protocol.Names;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The calls that manage schedules. */
final class ScheduleCalls {
    private final HttpCalls http;

    ScheduleCalls(HttpCalls http) {
        this.http = http;
    }

    Uni<ScheduleInfo> put(String name, ScheduleOptions options) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("cron", options.cron());
        body.put("timeZone", options.timeZone().getId());
        body.put(options.queue() != null ? "queue" : "topic", target(options));
        body.put("message", http.read(JsonBodies.outgoing(options.message())));
        body.put("missed", options.skipMissed() ? "skip" : "once");
        return http.json(HttpMethod.PUT, path(name), body).map(ScheduleCalls::schedule);
    }

    Uni<ScheduleInfo> get(String name) {
        return http.json(HttpMethod.GET, path(name), null).map(ScheduleCalls::schedule);
    }

    Uni<Void> delete(String name) {
        return http.json(HttpMethod.DELETE, path(name), null).replaceWithVoid();
    }

    Uni<SchedulePage> list(int limit, String after) {
        String from = after == null ? "" : "&after=" + URLEncoder.encode(after, StandardCharsets.UTF_8);
        return http.json(HttpMethod.GET, "/v1/schedules?limit=" + limit + from, null)
                .map(answer -> {
                    List<ScheduleInfo> schedules = new ArrayList<>();
                    answer.path("schedules").forEach(schedule -> schedules.add(schedule(schedule)));
                    return new SchedulePage(schedules, textOrNull(answer, "next"));
                });
    }

    private static String target(ScheduleOptions options) {
        return options.queue() != null ? Names.check("queue", options.queue()) : Names.check("topic", options.topic());
    }

    private static ScheduleInfo schedule(JsonNode document) {
        return new ScheduleInfo(
                document.path("name").asText(),
                document.path("cron").asText(),
                document.path("timeZone").asText(),
                textOrNull(document, "queue"),
                textOrNull(document, "topic"),
                document.path("message").toString(),
                document.path("missed").asText(),
                instantOrNull(document, "next"),
                instantOrNull(document, "createdAt"));
    }

    private static String textOrNull(JsonNode document, String field) {
        JsonNode node = document.path(field);
        return node.isTextual() ? node.asText() : null;
    }

    private static Instant instantOrNull(JsonNode document, String field) {
        String text = textOrNull(document, field);
        return text == null ? null : OffsetDateTime.parse(text).toInstant();
    }

    private static String path(String name) {
        return "/v1/schedules/" + Names.check("schedule", name);
    }
}
