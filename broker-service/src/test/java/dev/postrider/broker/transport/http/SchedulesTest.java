package dev.postrider.broker.transport.http;

import static dev.postrider.broker.transport.http.Api.assertProblem;
import static dev.postrider.broker.transport.http.Api.get;
import static dev.postrider.broker.transport.http.Api.json;
import static dev.postrider.broker.transport.http.Api.newQueue;
import static dev.postrider.broker.transport.http.Api.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.transport.BrokerDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(BrokerDatabase.class)
class SchedulesTest {
    private static Response put(String name, String queue, String cron, String more) {
        return json(
                "PUT",
                "/v1/schedules/" + name,
                "{\"cron\":\"" + cron + "\",\"queue\":\"" + queue + "\",\"message\":{\"text\":\"tick\"}" + more + "}");
    }

    @Test
    void aScheduleIsCreatedShownReplacedAndDeleted() {
        String queue = newQueue();
        Response created = json(
                "PUT",
                "/v1/schedules/report",
                "{\"cron\":\"0 9 * * MON-FRI\",\"timeZone\":\"Europe/Berlin\",\"queue\":\"" + queue
                        + "\",\"message\":{\"body\":{\"to\": \"ada\"},\"key\":\"k\",\"ttl\":\"1h\","
                        + "\"headers\":{\"a\":\"b\"}},\"missed\":\"skip\"}");
        assertThat(created.statusCode()).as(created.asString()).isEqualTo(201);
        assertThat(created.asString())
                .startsWith("{\"name\":\"report\",\"cron\":\"0 9 * * MON-FRI\",\"timeZone\":\"Europe/Berlin\","
                        + "\"queue\":\"" + queue + "\",\"message\":{\"key\":\"k\",\"priority\":0,\"ttl\":\"1h\","
                        + "\"contentType\":\"application/json\",\"headers\":{\"a\":\"b\"},\"body\":{\"to\": \"ada\"}},"
                        + "\"missed\":\"skip\",\"next\":\"");
        Instant next = Instant.parse(created.jsonPath().getString("next"));
        assertThat(next).isBetween(Instant.now(), Instant.now().plus(Duration.ofDays(4)));
        assertThat(get("/v1/schedules/report").asString()).isEqualTo(created.asString());

        Response replaced = put("report", queue, "@daily", "");
        assertThat(replaced.statusCode()).isEqualTo(200);
        assertThat(replaced.jsonPath().getMap(""))
                .containsEntry("timeZone", "UTC")
                .containsEntry("missed", "once");

        assertThat(request().delete("/v1/schedules/report").statusCode()).isEqualTo(204);
        assertProblem(get("/v1/schedules/report"), 404, "schedule-not-found");
        assertProblem(request().delete("/v1/schedules/report"), 404, "schedule-not-found");
    }

    @Test
    void whatIsNullIsAbsent() {
        Response put = put("nulls", newQueue(), "@daily", ",\"timeZone\":null,\"missed\":null,\"topic\":null");
        assertThat(put.statusCode()).as(put.asString()).isEqualTo(201);
        assertThat(put.jsonPath().getMap("")).containsEntry("timeZone", "UTC").containsEntry("missed", "once");
    }

    @Test
    void schedulesAreListedByName() {
        String queue = newQueue();
        for (String name : List.of("l-c", "l-a", "l-b")) {
            put(name, queue, "@daily", "");
        }
        Response first = get("/v1/schedules?prefix=l-&limit=2");
        assertThat(first.jsonPath().getList("schedules.name")).containsExactly("l-a", "l-b");
        Response second =
                get("/v1/schedules?prefix=l-&limit=2&after=" + first.jsonPath().getString("next"));
        assertThat(second.jsonPath().getList("schedules.name")).containsExactly("l-c");
        assertThat(second.jsonPath().getString("next")).isNull();
    }

    @Test
    void whatAScheduleShowsCanBePutAgain() {
        String queue = newQueue();
        Map<String, Object> shown =
                put("again", queue, "@hourly", "").jsonPath().getMap("");
        Response again = request()
                .contentType("application/json")
                .body(Map.of(
                        "cron", shown.get("cron"),
                        "timeZone", shown.get("timeZone"),
                        "queue", shown.get("queue"),
                        "message", shown.get("message"),
                        "missed", shown.get("missed")))
                .put("/v1/schedules/again");
        assertThat(again.statusCode()).as(again.asString()).isEqualTo(200);
        assertThat(again.jsonPath().getMap("")).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"cron\":\"* * * *\",\"queue\":\"q\",\"message\":{\"text\":\"a\"}}|five fields",
                "{\"cron\":\"0 25 * * *\",\"queue\":\"q\",\"message\":{\"text\":\"a\"}}|hour '25'",
                "{\"cron\":\"@daily\",\"timeZone\":\"Mars\",\"queue\":\"q\",\"message\":{\"text\":\"a\"}}|'timeZone'",
                "{\"queue\":\"q\",\"message\":{\"text\":\"a\"}}|'cron' is missing",
                "{\"cron\":\"@daily\",\"queue\":\"q\"}|'message' is missing",
                "{\"cron\":null,\"queue\":\"q\",\"message\":{\"text\":\"a\"}}|'cron' is missing",
                "{\"cron\":\"@daily\",\"queue\":\"q\",\"message\":null}|'message' is missing",
                "{\"cron\":\"@daily\",\"message\":{\"text\":\"a\"}}|'queue' and 'topic'",
                "{\"cron\":\"@daily\",\"queue\":\"q\",\"topic\":\"t\",\"message\":{\"text\":\"a\"}}|'queue' and",
                "{\"cron\":\"@daily\",\"queue\":\"a b\",\"message\":{\"text\":\"a\"}}|queue name",
                "{\"cron\":\"@daily\",\"queue\":\"q\",\"message\":{\"text\":\"a\",\"id\":\"1\"}}|'id'",
                "{\"cron\":\"@daily\",\"queue\":\"q\",\"message\":{\"text\":\"a\"},\"missed\":\"all\"}|once or skip",
                "{\"cron\":\"@daily\",\"queue\":\"q\",\"message\":{\"text\":\"a\"},\"misfire\":\"x\"}|'misfire'",
                "[]|JSON object",
            })
    void aScheduleThatCannotBeIsRefused(String body, String told) {
        Response refused = json("PUT", "/v1/schedules/bad", body);
        assertProblem(refused, 400, "invalid-request");
        assertThat(refused.jsonPath().getString("detail")).contains(told);
    }

    @Test
    void aTopicThatIsNotThereIsNotFound() {
        assertProblem(
                json("PUT", "/v1/schedules/bad", "{\"cron\":\"@daily\",\"topic\":\"t\",\"message\":{\"text\":\"a\"}}"),
                404,
                "topic-not-found");
    }
}
