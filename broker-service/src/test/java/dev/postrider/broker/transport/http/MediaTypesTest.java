package dev.postrider.broker.transport.http;

import static dev.postrider.broker.transport.http.Api.newQueue;
import static dev.postrider.broker.transport.http.Api.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.transport.BrokerDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(BrokerDatabase.class)
class MediaTypesTest {
    private static final String EVENTS = "application/cloudevents-batch+json";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json, EVENTS;q=0.1|application/json",
                "EVENTS;q=0.1, application/json|application/json",
                "EVENTS, application/json;q=0.9|EVENTS",
                "application/json;q=0.5, EVENTS;q=0.501|EVENTS",
                "EVENTS; Q=1.0, application/json; q=1.000|application/json",
                "EVENTS, application/json|application/json",
                "EVENTS, */*|EVENTS",
                "EVENTS;q=0.5, */*|application/json",
                "EVENTS;q=0.5, */*;q=0.1|EVENTS",
                "EVENTS;q=0, */*|application/json",
                "EVENTS, application/json;q=0|EVENTS",
                "EVENTS;q=high, text/html|EVENTS",
                "application/*|application/json",
                "*/*|application/json",
                "application/json;q=0.1|application/json",
            })
    void whatARequestWouldRatherHaveIsAnswered(String accept, String answered) {
        assertThat(request()
                        .header("Accept", accept.replace("EVENTS", EVENTS))
                        .post("/v1/queues/" + newQueue() + "/receive")
                        .contentType())
                .isEqualTo(answered.replace("EVENTS", EVENTS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json;q=0, */*|406",
                "application/json;q=0.0, application/*|406",
                "text/html|406",
                "text/html, */*;q=0.001|200",
                "application/json;q=0, EVENTS|406",
            })
    void whatCanBeAnsweredOnlyInJsonIsRefusedToWhoeverRefusesJson(String accept, int status) {
        assertThat(request()
                        .header("Accept", accept.replace("EVENTS", EVENTS))
                        .get("/v1/queues")
                        .statusCode())
                .isEqualTo(status);
    }
}
