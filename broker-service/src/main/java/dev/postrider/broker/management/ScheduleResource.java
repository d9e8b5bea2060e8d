package dev.postrider.broker.management;

import dev.postrider.broker.dispatch.Schedules;
import dev.postrider.broker.schedule.Schedule;
import dev.postrider.broker.transport.MessageParser;
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
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Creates, shows, changes and deletes schedules. A caller that goes away does not stop what it has begun. */
@Singleton
@Path("/v1/schedules")
@Cancellable(false)
public final class ScheduleResource {
    private final Schedules schedules;
    private final MessageParser parser;

    ScheduleResource(Schedules schedules, MessageParser parser) {
        this.schedules = schedules;
        this.parser = parser;
    }

    @GET
    public Uni<Response> list(@RestQuery String prefix, @RestQuery String after, @RestQuery String limit) {
        int count = QueryValues.limit(limit);
        String beginning = prefix == null ? "" : QueryValues.partOfName("prefix", prefix);
        // One more than asked for tells whether there is a next page.
        return Answers.of(
                schedules.list(beginning, QueryValues.partOfName("after", after), count + 1),
                found -> page(found, count));
    }

    @PUT
    @Path("{schedule}")
    public Uni<Response> put(@RestPath String schedule, @Context RoutingContext routing) {
        return Answers.of(
                schedules.put(ScheduleJson.read(schedule, RequestBody.of(routing), parser)),
                put -> Answers.json(put.created() ? 201 : 200, out -> ScheduleJson.write(out, put.schedule())));
    }

    @GET
    @Path("{schedule}")
    public Uni<Response> get(@RestPath String schedule) {
        return Answers.of(schedules.get(schedule), found -> Answers.json(200, out -> ScheduleJson.write(out, found)));
    }

    @DELETE
    @Path("{schedule}")
    public Uni<Response> delete(@RestPath String schedule) {
        return Answers.of(schedules.delete(schedule), deleted -> Answers.noContent());
    }

    private static Response page(List<Schedule> found, int count) {
        List<Schedule> shown = found.subList(0, Math.min(count, found.size()));
        String next = found.size() > count ? shown.get(count - 1).name() : null;
        return Answers.json(200, out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("schedules");
            for (Schedule schedule : shown) {
                ScheduleJson.write(out, schedule);
            }
            out.writeEndArray();
            out.writeStringField("next", next);
            out.writeEndObject();
        });
    }
}
