package dev.postrider.sample.signup.web;

import static dev.postrider.sample.signup.Visitor.newAddress;
import static dev.postrider.sample.signup.Visitor.post;
import static dev.postrider.sample.signup.Visitor.signUp;
import static dev.postrider.sample.signup.Visitor.state;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import dev.postrider.sample.signup.SampleServices;
import dev.postrider.sample.signup.Tables;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(SampleServices.class)
class SignupPageTest {
    private static final String PASSWORD = "correct horse battery";

    @Nested
    class Form {
        @Test
        void isServedWithAPolicyThatAllowsNoForeignAndNoInlineScript() {
            given().get("/")
                    .then()
                    .statusCode(200)
                    .header("Content-Security-Policy", containsString("script-src 'self'"))
                    .header("Content-Security-Policy", not(containsString("unsafe")))
                    .header("X-Content-Type-Options", "nosniff")
                    .body(containsString("data-testid=\"signup-form\""), not(containsString("<script>")));
        }

        @Test
        void everyPageAndFileIsProtectedAlike() {
            given().get("/assets/app.js").then().statusCode(200).header("X-Content-Type-Options", "nosniff");
            given().get("/nowhere").then().statusCode(404).header("X-Content-Type-Options", "nosniff");
        }
    }

    @Nested
    class SigningUp {
        @Test
        void storesAccountAndMailOrderAndLeadsToThePersonsPage() throws SQLException {
            String email = newAddress();

            UUID account = signUp(email);

            assertThat(Tables.text("select email from account where id = '" + account + "'"))
                    .isEqualTo(email);
            assertThat(ordersOf(account)).isEqualTo(1);
            assertThat(Tables.text(
                            "select convert_from(payload, 'UTF8') from outbox where aggregateid = '" + account + "'"))
                    .isEqualTo("{\"accountId\":\"" + account + "\"}");
            assertThat(state(account)).isEqualTo("queued");
        }

        @Test
        void storesNothingWhenTheMailOrderCannotBeStored() throws SQLException {
            String email = newAddress();
            Tables.run("alter table outbox rename to outbox_away");
            try {
                post("Ada", email, PASSWORD).then().statusCode(503).body(not(containsString("relation")));
            } finally {
                Tables.run("alter table outbox_away rename to outbox");
            }

            assertThat(Tables.count("select count(*) from account where email = '" + email + "'"))
                    .isZero();
        }

        @Test
        void keepsOnlyAHashOfThePassword() throws SQLException {
            UUID account = signUp(newAddress());

            assertThat(Tables.text("select password_hash from account where id = '" + account + "'"))
                    .startsWith("$2a$10$")
                    .doesNotContain(PASSWORD);
        }

        @Test
        void escapesWhatThePersonTyped() {
            String location = post("<script>alert(1)</script>", newAddress(), PASSWORD)
                    .then()
                    .statusCode(303)
                    .extract()
                    .header("Location");

            given().get(location)
                    .then()
                    .statusCode(200)
                    .body(containsString("&lt;script&gt;"), not(containsString("<script>alert")));
        }

        private long ordersOf(UUID account) throws SQLException {
            return Tables.count(
                    "select count(*) from outbox where aggregatetype = 'activation-mails' and aggregateid = '" + account
                            + "'");
        }
    }

    @Nested
    class BadInput {
        @Test
        void showsTheFormAgainWithWhatWasTypedButNotThePassword() {
            post("Ada", "not-an-address", "tooshort1")
                    .then()
                    .statusCode(422)
                    .body(
                            containsString("data-testid=\"email-problem\""),
                            containsString("data-testid=\"password-problem\""),
                            containsString("value=\"not-an-address\""),
                            allOf(not(containsString("tooshort1")), not(containsString("name-problem"))));
        }

        @Test
        void anEmptyPostIsAnAnswerAndNoFailure() {
            given().contentType("application/x-www-form-urlencoded")
                    .post("/signup")
                    .then()
                    .statusCode(422);
        }

        @Test
        void anotherMediaTypeIsRefused() {
            given().contentType("application/json")
                    .body("{}")
                    .post("/signup")
                    .then()
                    .statusCode(415);
        }

        @Test
        void anAddressThatIsNoAccountsIsNotFound() {
            given().get("/journeys/" + UUID.randomUUID()).then().statusCode(404);
            given().get("/journeys/not-an-id").then().statusCode(404);
        }
    }

    @Nested
    class PostsFromElsewhere {
        @Test
        void areRefusedByWhatTheBrowserSaysOfTheSite() {
            given().header("Sec-Fetch-Site", "cross-site")
                    .post("/signup")
                    .then()
                    .statusCode(403);
            given().header("Sec-Fetch-Site", "same-site")
                    .post("/demo/queue")
                    .then()
                    .statusCode(403);
        }

        @Test
        void areRefusedByTheirOriginInOlderBrowsers() {
            given().header("Origin", "https://evil.example")
                    .post("/signup")
                    .then()
                    .statusCode(403);
            given().header("Origin", "null").post("/signup").then().statusCode(403);
        }

        @Test
        void areTakenFromTheOwnPage() {
            given().header("Sec-Fetch-Site", "same-origin")
                    .contentType("application/x-www-form-urlencoded")
                    .post("/signup")
                    .then()
                    .statusCode(422);
        }
    }
}
