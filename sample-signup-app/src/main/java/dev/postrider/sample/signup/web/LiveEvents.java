package dev.postrider.sample.signup.web;

import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.UUID;

/** What the streams of server-sent events have in common. */
final class LiveEvents {
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    private LiveEvents() {}

    /** Changes with one more at once, so that whoever connects is told how things are. */
    static Multi<UUID> startingNow(Multi<UUID> changes, UUID first) {
        return Multi.createBy().merging().streams(changes, Multi.createFrom().item(first));
    }

    /** The data with the rendered template as {@code html}. */
    static Uni<JsonObject> withHtml(JsonObject data, TemplateInstance template) {
        return template.createUni().map(html -> data.put("html", html));
    }

    /** Named events, and comments that keep the connection open between them. */
    static Multi<OutboundSseEvent> alive(Multi<JsonObject> events, String name, Sse sse) {
        Multi<OutboundSseEvent> named = events.map(
                data -> sse.newEventBuilder().name(name).data(data.encode()).build());
        Multi<OutboundSseEvent> keepAlive = Multi.createFrom()
                .ticks()
                .startingAfter(KEEP_ALIVE)
                .every(KEEP_ALIVE)
                .onOverflow()
                .drop()
                .map(tick -> sse.newEventBuilder().comment("keep-alive").build());
        return Multi.createBy().merging().streams(named, keepAlive);
    }
}
