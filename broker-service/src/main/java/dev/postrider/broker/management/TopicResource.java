package dev.postrider.broker.management;

import dev.postrider.broker.dispatch.Topics;
import dev.postrider.broker.queue.SubscriptionDefinition;
import dev.postrider.broker.store.TopicStore.Routes;
import dev.postrider.broker.transport.RequestBody;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.Comparator;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Creates, shows, changes and deletes topics and subscriptions. */
@Singleton
@Path("/v1/topics")
@Cancellable(false)
public final class TopicResource {
    private static final String SUBSCRIPTIONS = "{topic}/subscriptions";
    private static final String SUBSCRIPTION = SUBSCRIPTIONS + "/{queue}";

    private final Topics topics;

    TopicResource(Topics topics) {
        this.topics = topics;
    }

    @GET
    public Uni<Response> list(@RestQuery String prefix, @RestQuery String after, @RestQuery String limit) {
        int count = QueryValues.limit(limit);
        String beginning = prefix == null ? "" : QueryValues.partOfName("prefix", prefix);
        // One more than asked for tells whether there is a next page.
        return Answers.of(
                topics.list(beginning, QueryValues.partOfName("after", after), count + 1), found -> page(found, count));
    }

    @PUT
    @Path("{topic}")
    public Uni<Response> put(@RestPath String topic, @Context RoutingContext routing) {
        return Answers.of(
                topics.put(topic, TopicJson.readTopic(RequestBody.of(routing))),
                put -> Answers.json(put.created() ? 201 : 200, out -> TopicJson.write(out, put.topic())));
    }

    @GET
    @Path("{topic}")
    public Uni<Response> get(@RestPath String topic) {
        return Answers.of(topics.get(topic), found -> Answers.json(200, out -> TopicJson.write(out, found)));
    }

    @DELETE
    @Path("{topic}")
    public Uni<Response> delete(@RestPath String topic) {
        return Answers.of(topics.delete(topic), deleted -> Answers.noContent());
    }

    @GET
    @Path(SUBSCRIPTIONS)
    public Uni<Response> subscriptions(
            @RestPath String topic, @RestQuery String prefix, @RestQuery String after, @RestQuery String limit) {
        int count = QueryValues.limit(limit);
        String beginning = prefix == null ? "" : QueryValues.partOfName("prefix", prefix);
        String last = after == null ? "" : QueryValues.partOfName("after", after);
        return Answers.of(topics.get(topic), found -> page(topic, found, beginning, last, count));
    }

    @PUT
    @Path(SUBSCRIPTION)
    public Uni<Response> subscribe(@RestPath String topic, @RestPath String queue, @Context RoutingContext routing) {
        return Answers.of(
                topics.subscribe(topic, queue, TopicJson.readSubscription(RequestBody.of(routing))),
                put -> shown(put.created() ? 201 : 200, topic, put.subscription()));
    }

    @GET
    @Path(SUBSCRIPTION)
    public Uni<Response> subscription(@RestPath String topic, @RestPath String queue) {
        return Answers.of(topics.subscription(topic, queue), found -> shown(200, topic, found));
    }

    @DELETE
    @Path(SUBSCRIPTION)
    public Uni<Response> unsubscribe(@RestPath String topic, @RestPath String queue) {
        return Answers.of(topics.unsubscribe(topic, queue), gone -> Answers.noContent());
    }

    private static Response shown(int status, String topic, SubscriptionDefinition subscription) {
        return Answers.json(status, out -> TopicJson.write(out, topic, subscription));
    }

    private static Response page(String topic, Routes found, String prefix, String after, int count) {
        List<SubscriptionDefinition> matching = found.subscriptions().stream()
                .filter(subscription -> subscription.queue().name().startsWith(prefix))
                .filter(subscription -> subscription.queue().name().compareTo(after) > 0)
                .sorted(Comparator.comparing(
                        subscription -> subscription.queue().name()))
                .toList();
        List<SubscriptionDefinition> shown = matching.subList(0, Math.min(count, matching.size()));
        String next = matching.size() > count ? shown.get(count - 1).queue().name() : null;
        return Answers.json(200, out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("subscriptions");
            for (SubscriptionDefinition subscription : shown) {
                TopicJson.write(out, topic, subscription);
            }
            out.writeEndArray();
            out.writeStringField("next", next);
            out.writeEndObject();
        });
    }

    private static Response page(List<Routes> found, int count) {
        List<Routes> shown = found.subList(0, Math.min(count, found.size()));
        String next = found.size() > count ? shown.get(count - 1).topic().name() : null;
        return Answers.json(200, out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("topics");
            for (Routes topic : shown) {
                TopicJson.write(out, topic);
            }
            out.writeEndArray();
            out.writeStringField("next", next);
            out.writeEndObject();
        });
    }
}
