package dev.postrider.broker.transport.http;

import static dev.postrider.broker.transport.http.Call.Action.ACK;
import static dev.postrider.broker.transport.http.Call.Action.DEAD_LETTER;
import static dev.postrider.broker.transport.http.Call.Action.ELSEWHERE;
import static dev.postrider.broker.transport.http.Call.Action.EXTEND;
import static dev.postrider.broker.transport.http.Call.Action.MANAGE;
import static dev.postrider.broker.transport.http.Call.Action.NACK;
import static dev.postrider.broker.transport.http.Call.Action.PEEK;
import static dev.postrider.broker.transport.http.Call.Action.PUBLISH;
import static dev.postrider.broker.transport.http.Call.Action.PUBLISH_BATCH;
import static dev.postrider.broker.transport.http.Call.Action.RECEIVE;
import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;
import static io.vertx.core.http.HttpMethod.PUT;

import dev.postrider.broker.transport.http.Call.Body;
import java.util.List;

/** All calls of the API, in one screenful. */
final class ApiTable {
    private static final String QUEUE = "/v1/queues/{queue}";
    private static final String TOPIC = "/v1/topics/{topic}";
    private static final String SUBSCRIPTION = TOPIC + "/subscriptions/{queue}";
    private static final String SCHEDULE = "/v1/schedules/{schedule}";

    private static final List<Call> CALLS = List.of(
            Call.of(GET, "/v1/queues", MANAGE, Body.NONE, "prefix", "limit", "after"),
            Call.of(PUT, QUEUE, MANAGE, Body.JSON),
            Call.of(GET, QUEUE, MANAGE, Body.NONE),
            Call.of(DELETE, QUEUE, MANAGE, Body.NONE, "ifEmpty"),
            Call.of(POST, QUEUE + "/purge", MANAGE, Body.EMPTY),
            Call.of(POST, QUEUE + "/pause", MANAGE, Body.EMPTY),
            Call.of(POST, QUEUE + "/resume", MANAGE, Body.EMPTY),
            Call.of(POST, QUEUE + "/messages", PUBLISH, Body.OWN),
            Call.of(POST, QUEUE + "/batch", PUBLISH_BATCH, Body.OWN),
            Call.of(GET, QUEUE + "/messages", PEEK, Body.NONE, "state", "limit", "after"),
            Call.of(POST, QUEUE + "/receive", RECEIVE, Body.JSON),
            Call.of(POST, QUEUE + "/ack", ACK, Body.JSON),
            Call.of(POST, QUEUE + "/nack", NACK, Body.JSON),
            Call.of(POST, QUEUE + "/dead-letter", DEAD_LETTER, Body.JSON),
            Call.of(POST, QUEUE + "/extend", EXTEND, Body.JSON),
            Call.of(GET, QUEUE + "/dead-letters", MANAGE, Body.NONE, "limit", "after", "reason"),
            Call.of(DELETE, QUEUE + "/dead-letters", MANAGE, Body.NONE),
            Call.of(DELETE, QUEUE + "/dead-letters/{id}", MANAGE, Body.NONE),
            Call.of(POST, QUEUE + "/dead-letters/redrive", MANAGE, Body.JSON),
            Call.of(GET, QUEUE + "/stream", ELSEWHERE, Body.OWN),
            Call.of(GET, "/v1/ws", ELSEWHERE, Body.OWN),
            Call.of(POST, QUEUE + "/seek", MANAGE, Body.JSON),
            Call.of(GET, "/v1/topics", MANAGE, Body.NONE, "prefix", "limit", "after"),
            Call.of(PUT, TOPIC, MANAGE, Body.JSON),
            Call.of(GET, TOPIC, MANAGE, Body.NONE),
            Call.of(DELETE, TOPIC, MANAGE, Body.NONE),
            Call.of(POST, TOPIC + "/messages", PUBLISH, Body.OWN),
            Call.of(POST, TOPIC + "/batch", PUBLISH_BATCH, Body.OWN),
            Call.of(GET, TOPIC + "/stream", ELSEWHERE, Body.OWN),
            Call.of(GET, TOPIC + "/subscriptions", MANAGE, Body.NONE, "prefix", "limit", "after"),
            Call.of(PUT, SUBSCRIPTION, MANAGE, Body.JSON),
            Call.of(GET, SUBSCRIPTION, MANAGE, Body.NONE),
            Call.of(DELETE, SUBSCRIPTION, MANAGE, Body.NONE),
            Call.of(GET, "/v1/schedules", MANAGE, Body.NONE, "prefix", "limit", "after"),
            Call.of(PUT, SCHEDULE, MANAGE, Body.JSON),
            Call.of(GET, SCHEDULE, MANAGE, Body.NONE),
            Call.of(DELETE, SCHEDULE, MANAGE, Body.NONE));

    private ApiTable() {}

    /** The calls at a path, given as its decoded segments; empty if there is nothing. */
    static List<Call> at(List<String> segments) {
        return CALLS.stream().filter(call -> call.fits(segments)).toList();
    }
}
