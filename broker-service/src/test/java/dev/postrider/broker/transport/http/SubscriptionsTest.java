package dev.postrider.broker.transport.http;

import static dev.postrider.broker.transport.http.Api.assertProblem;
import static dev.postrider.broker.transport.http.Api.get;
import static dev.postrider.broker.transport.http.Api.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.transport.BrokerDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The list of a topic's subscriptions. */
@QuarkusTest
@QuarkusTestResource(BrokerDatabase.class)
class SubscriptionsTest {
    private static final String PATH = "/v1/topics/listed/subscriptions";

    @Test
    void areListedByTheirQueues() {
        json("PUT", "/v1/topics/listed", "{}");
        assertThat(get(PATH).asString()).isEqualTo("{\"subscriptions\":[],\"next\":null}");
        for (String queue : List.of("s-c", "s-a", "s-b", "t-a")) {
            json("PUT", PATH + "/" + queue, "{\"filter\":\"key = 'x'\"}");
        }

        Response first = get(PATH + "?limit=2");
        assertThat(first.statusCode()).as(first.asString()).isEqualTo(200);
        assertThat(first.jsonPath().getList("subscriptions.queue")).containsExactly("s-a", "s-b");
        assertThat(first.jsonPath().getMap("subscriptions[0]"))
                .isEqualTo(get(PATH + "/s-a").jsonPath().getMap(""));

        Response second =
                get(PATH + "?prefix=s-&limit=2&after=" + first.jsonPath().getString("next"));
        assertThat(second.jsonPath().getList("subscriptions.queue")).containsExactly("s-c");
        assertThat(second.jsonPath().getString("next")).isNull();
    }

    @Test
    void ofATopicThatIsNotThereAreNotFound() {
        assertProblem(get("/v1/topics/nobody/subscriptions"), 404, "topic-not-found");
    }

    @Test
    void areAskedForAsOtherListsAre() {
        json("PUT", "/v1/topics/listed", "{}");
        assertThat(get(PATH + "?prefix=&limit=&after=").statusCode())
                .isEqualTo(get("/v1/topics?prefix=&limit=&after=").statusCode());
        assertProblem(get(PATH + "?limit=0"), 400, "invalid-request");
        assertProblem(get(PATH + "?surprise=1"), 400, "invalid-request");
    }
}
