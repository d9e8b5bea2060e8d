package dev.postrider.sample.signup.web;

import static dev.postrider.sample.signup.Visitor.newAddress;
import static dev.postrider.sample.signup.Visitor.set;
import static dev.postrider.sample.signup.Visitor.signUp;
import static dev.postrider.sample.signup.Visitor.state;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;

import dev.postrider.sample.signup.SampleServices;
import dev.postrider.sample.signup.Tables;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(SampleServices.class)
class ControlPanelTest {
    @TestHTTPResource
    URI base;

    @AfterEach
    void everythingBack() {
        set("queue", "state", "on");
        set("mail-server", "mode", "running");
    }

    @Nested
    class WithoutTheQueue {
        @Test
        void theMailIsSentBeforeTheAnswer() throws SQLException {
            set("queue", "state", "off");
            String email = newAddress();

            UUID account = signUp(email);

            assertThat(state(account)).isEqualTo("sent");
            given().get("/inbox").then().body(containsString(email));
            assertThat(Tables.count("select count(*) from outbox where aggregateid = '" + account + "'"))
                    .isZero();
        }

        @Test
        void aMailServerThatHangsMakesThePersonWaitAndLosesTheMail() {
            set("queue", "state", "off");
            set("mail-server", "mode", "hanging");
            long startedAt = System.nanoTime();

            UUID account = signUp(newAddress());

            assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isGreaterThan(Duration.ofSeconds(4));
            assertThat(state(account)).isEqualTo("lost");
        }
    }

    @Nested
    class WithTheQueue {
        @Test
        void aMailServerThatHangsIsNothingToThePerson() {
            set("mail-server", "mode", "hanging");

            assertThat(state(signUp(newAddress()))).isEqualTo("queued");
        }
    }

    @Nested
    class Switches {
        @Test
        void showInTheStatus() {
            set("mail-server", "mode", "refusing");
            set("queue", "state", "off");

            given().get("/demo/status")
                    .then()
                    .statusCode(200)
                    .body("mailServer", equalTo("refusing"), "queue.on", equalTo(false));
            given().get("/").then().body(containsString("data-mode=\"refusing\""));
        }

        @Test
        void refuseWhatTheyDoNotKnow() {
            given().formParam("mode", "sideways")
                    .post("/demo/mail-server")
                    .then()
                    .statusCode(400);
            given().formParam("state", "perhaps").post("/demo/queue").then().statusCode(400);
        }

        @Test
        void leadBackToPagesOfThisApplicationOnly() {
            given().redirects()
                    .follow(false)
                    .formParam("state", "on")
                    .formParam("back", "//evil.example/")
                    .post("/demo/queue")
                    .then()
                    .statusCode(303)
                    .header("Location", endsWith(base.getPort() + "/"));
        }
    }

    @Nested
    class TheStream {
        @Test
        void tellsWhatHasHappenedToWhoeverComesLate() throws IOException, InterruptedException {
            set("queue", "state", "off");
            UUID account = signUp(newAddress());
            HttpRequest request = HttpRequest.newBuilder(base.resolve("/journeys/" + account + "/events"))
                    .timeout(Duration.ofSeconds(20))
                    .build();

            try (Stream<String> lines = HttpClient.newHttpClient()
                    .send(request, BodyHandlers.ofLines())
                    .body()) {
                assertThat(lines.filter(line -> line.startsWith("data:")).findFirst())
                        .hasValueSatisfying(data -> assertThat(data).contains("\"state\":\"sent\""));
            }
        }
    }
}
