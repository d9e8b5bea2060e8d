package dev.postrider.sample.signup.queue;

import static dev.postrider.sample.signup.Visitor.activationPath;
import static dev.postrider.sample.signup.Visitor.newAddress;
import static dev.postrider.sample.signup.Visitor.signUp;
import static dev.postrider.sample.signup.Visitor.state;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;

import dev.postrider.sample.signup.SampleServices;
import dev.postrider.sample.signup.Tables;
import dev.postrider.sample.signup.mail.Inbox;
import dev.postrider.sample.signup.mail.InboxMail;
import dev.postrider.sample.signup.mail.LocalMailServer;
import dev.postrider.sample.signup.mail.MailFailure;
import dev.postrider.sample.signup.mail.MailServerMode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
@QuarkusTestResource(SampleServices.class)
class ActivationMailHandlerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TestHTTPResource
    URI base;

    @Inject
    ActivationMailHandler handler;

    @Inject
    LocalMailServer mailServer;

    @Inject
    Inbox inbox;

    private final String email = newAddress();

    @AfterEach
    void mailServerBack() {
        mailServer.switchTo(MailServerMode.RUNNING);
    }

    @Nested
    class Sending {
        @Test
        void sendsTheMailOverSmtpAndRecordsIt() {
            UUID account = signUp(email);

            handle(account, 1);

            assertThat(state(account)).isEqualTo("sent");
            assertThat(mails()).hasSize(1);
            assertThat(mails().get(0).subject()).isEqualTo("Please confirm your e-mail address");
            assertThat(mails().get(0).html())
                    .contains(activationPath(mails().get(0).text()));
        }

        @Test
        void aMessageThatComesAgainSendsNothing() {
            UUID account = signUp(email);

            handle(account, 1);
            handle(account, 2);

            assertThat(mails()).hasSize(1);
            assertThat(state(account)).isEqualTo("sent");
        }

        @Test
        void aMessageWithoutAccountFailsForGood() {
            assertThatThrownBy(() -> handle(UUID.randomUUID(), 1)).isInstanceOf(UnknownAccountException.class);
        }
    }

    @Nested
    class WhileTheMailServerFails {
        @ParameterizedTest
        @EnumSource(
                value = MailServerMode.class,
                names = {"HANGING", "REFUSING"})
        void theAttemptFailsAndTheNextOneIsAnnounced(MailServerMode mode) {
            UUID account = signUp(email);
            mailServer.switchTo(mode);

            assertThatThrownBy(() -> handle(account, 1)).isInstanceOf(MailFailure.class);

            assertThat(state(account)).isEqualTo("retrying");
            mailServer.switchTo(MailServerMode.RUNNING);
            handle(account, 2);
            assertThat(state(account)).isEqualTo("sent");
            assertThat(mails()).hasSize(1);
        }

        @Test
        void theLastAttemptMakesADeadLetterThatCanStillBeSent() {
            UUID account = signUp(email);
            mailServer.switchTo(MailServerMode.REFUSING);

            assertThatThrownBy(() -> handle(account, 5)).hasMessage("The mail server refused the connection.");
            assertThat(state(account)).isEqualTo("dead-lettered");

            mailServer.switchTo(MailServerMode.RUNNING);
            handle(account, 1);
            assertThat(state(account)).isEqualTo("sent");
        }
    }

    @Nested
    class TheLink {
        @Test
        void activatesOnce() throws SQLException {
            UUID account = signUp(email);
            handle(account, 1);
            String path = link();

            given().head(path).then().statusCode(200);
            assertThat(state(account)).isEqualTo("sent");
            given().get(path).then().statusCode(200).body(containsString("data-outcome=\"activated\""));
            assertThat(state(account)).isEqualTo("activated");
            given().get(path).then().statusCode(200).body(containsString("data-outcome=\"already-active\""));
            assertThat(Tables.count("select count(*) from outbox where aggregatetype = 'account-activations'"
                            + " and aggregateid = '" + account + "'"))
                    .isEqualTo(1);
        }

        @Test
        void isNotKeptInClear() throws SQLException {
            UUID account = signUp(email);
            handle(account, 1);
            String token = link().substring("/activate/".length());

            assertThat(Tables.count("select count(*) from activation_link where account_id = '" + account
                            + "' and token_hash = sha256(convert_to('" + token + "', 'UTF8'))"))
                    .isEqualTo(1);
        }

        @Test
        void expires() throws SQLException {
            UUID account = signUp(email);
            handle(account, 1);
            Tables.run("update activation_link set expires_at = now() - interval '1 second' where account_id = '"
                    + account + "'");

            given().get(link()).then().statusCode(410).body(containsString("data-outcome=\"expired\""));
            assertThat(state(account)).isEqualTo("sent");
        }

        @Test
        void thatNobodyMailedDoesNothing() {
            given().get("/activate/made-up").then().statusCode(404).body(containsString("data-outcome=\"unknown\""));
            given().get("/activate/" + "x".repeat(500)).then().statusCode(404);
        }
    }

    @Nested
    class AKnownAddress {
        @Test
        void isAnsweredAsAnyOtherAndItsOwnerIsToldByMail() {
            UUID first = signUp(email);
            handle(first, 1);
            given().get(link()).then().statusCode(200);

            UUID second = signUp(email.toUpperCase(java.util.Locale.ROOT));
            assertThat(state(second)).isEqualTo("queued");
            handle(second, 1);

            assertThat(state(second)).isEqualTo("sent");
            InboxMail told = mails().stream()
                    .filter(mail -> mail.subject().equals("You already have an account"))
                    .findFirst()
                    .orElseThrow();
            assertThat(activationPath(told.text())).isEmpty();
        }

        @Test
        void belongsToWhoeverFollowsTheLinkFirst() {
            UUID first = signUp(email);
            handle(first, 1);
            String firstLink = link();
            UUID second = signUp(email);
            handle(second, 1);
            String secondLink = mails().stream()
                    .map(mail -> activationPath(mail.text()))
                    .filter(path -> !path.equals(firstLink))
                    .findFirst()
                    .orElseThrow();

            given().get(secondLink).then().statusCode(200);
            given().get(firstLink).then().statusCode(409).body(containsString("data-outcome=\"address-taken\""));

            assertThat(state(second)).isEqualTo("activated");
            assertThat(state(first)).isEqualTo("sent");
        }

        @Test
        void hasOneAccountAlsoWhenBothLinksAreFollowedAtOnce() throws SQLException {
            signUpAndHandle();
            signUpAndHandle();
            List<String> paths =
                    mails().stream().map(mail -> activationPath(mail.text())).toList();
            HttpClient browser = HttpClient.newHttpClient();

            List<CompletableFuture<HttpResponse<String>>> clicks = paths.stream()
                    .map(path -> HttpRequest.newBuilder(base.resolve(path)).build())
                    .map(request -> browser.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
                    .toList();

            assertThat(clicks.stream().map(click -> click.join().statusCode())).containsExactlyInAnyOrder(200, 409);
            assertThat(Tables.count(
                            "select count(*) from account where activated_at is not null and email = '" + email + "'"))
                    .isEqualTo(1);
        }

        private void signUpAndHandle() {
            handle(signUp(email), 1);
        }
    }

    private void handle(UUID account, int attempt) {
        handler.handle(new ActivationMail(account), attempt).await().atMost(PATIENCE);
    }

    private List<InboxMail> mails() {
        return inbox.latest().stream()
                .filter(mail -> mail.to().equalsIgnoreCase(email))
                .toList();
    }

    private String link() {
        return activationPath(mails().get(0).text());
    }
}
