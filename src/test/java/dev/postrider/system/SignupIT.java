package dev.postrider.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.system.browser.Browser;
import dev.postrider.system.process.BrokerProcess;
import dev.postrider.system.process.Eventually;
import dev.postrider.system.process.RunningPrograms;
import dev.postrider.system.process.SampleProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A person signs up, in a real browser, and the activation mail goes through the queue to a real SMTP server. */
class SignupIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    /** Far below what a mail server that hangs costs a person who waits for it. */
    private static final int INSTANT_MILLIS = 5_000;

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @RegisterExtension
    private static final RunningPrograms PROGRAMS = new RunningPrograms();

    private static BrokerProcess broker;
    private static SampleProcess patient;
    private static SampleProcess hasty;
    private static int people;

    private Browser browser;

    @BeforeAll
    static void start() {
        if (Browser.installed().isEmpty()) {
            System.err.println("################################################################");
            System.err.println("# Chromium is not installed: the tests of the sample are SKIPPED");
            System.err.println("################################################################");
        }
        assumeTrue(Browser.installed().isPresent(), "Chromium is not installed");
        broker = PROGRAMS.broker();
        broker.start();
        patient = PROGRAMS.sample(broker);
        patient.env("SIGNUP_QUEUE_NAME", "patient").env("SIGNUP_QUEUE_MAX_ATTEMPTS", "100");
        patient.env("SIGNUP_QUEUE_INITIAL_DELAY", "PT0.5S").env("SIGNUP_QUEUE_MAX_DELAY", "PT2S");
        hasty = PROGRAMS.sample(broker);
        hasty.env("SIGNUP_QUEUE_NAME", "hasty").env("SIGNUP_QUEUE_MAX_ATTEMPTS", "2");
        hasty.env("SIGNUP_QUEUE_INITIAL_DELAY", "PT0.3S");
        patient.launch();
        hasty.launch();
        patient.awaitReady(Duration.ofSeconds(120));
        hasty.awaitReady(Duration.ofSeconds(120));
    }

    @BeforeEach
    void openBrowser(TestInfo test) {
        String name = test.getTestMethod().orElseThrow().getName();
        browser = Browser.start(PROGRAMS.next("chromium"), Path.of("target/screenshots", name));
    }

    @AfterEach
    void closeBrowser() {
        if (browser != null) {
            browser.screenshot("end");
            browser.close();
        }
    }

    @Test
    void aPersonSignsUpGetsAnAnswerAtOnceAndActivatesTheAccountByTheLinkInTheMail() {
        String email = signUp(patient, "Ada Lovelace");
        awaitState("sent");
        browser.screenshot("sent");
        assertThat(answeredMillis()).as("milliseconds until the answer").isLessThan(INSTANT_MILLIS);
        URI journey = URI.create(browser.address());

        browser.click("nav-inbox");
        browser.await("inbox");
        openMailTo(patient, email);
        assertThat(browser.text("mail-to")).contains(email);
        browser.screenshot("mail");
        browser.click("mail-link");
        browser.await("activation");
        browser.screenshot("activation");
        browser.click("to-journey");
        browser.await("journey");
        awaitState("activated");
        browser.screenshot("activated");

        // The link in the mail may name the host otherwise than the test does.
        assertThat(URI.create(browser.address()).getPath()).isEqualTo(journey.getPath());
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void whenTheMailServerIsDownSigningUpStaysInstantAndTheMailIsRetriedUntilItIsBack() {
        browser.open(patient.uri("/"));
        mailServer("refusing");
        signUp(patient, "Grace Hopper");
        assertThat(answeredMillis()).isLessThan(INSTANT_MILLIS);
        awaitState("retrying");
        browser.awaitText("timeline", "Attempt 2", SOON);
        browser.screenshot("retrying");

        mailServer("running");
        awaitState("sent");
        browser.screenshot("sent");
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void whenTheQueueIsOffAndTheMailServerHangsThePersonWaits() {
        browser.open(patient.uri("/"));
        mailServer("hanging");
        control("queue-off", "queue", "data-state", "off");
        fill("Edsger Dijkstra", nextEmail());
        long begin = System.nanoTime();
        browser.click("submit");
        Eventually.that("the page answers", Duration.ofSeconds(30), () -> browser.sees("answered"));
        Duration waited = Duration.ofNanos(System.nanoTime() - begin);
        browser.screenshot("waited");
        System.out.println("Without the queue the person waited " + waited.toMillis() + " ms");
        mailServer("running");
        control("queue-on", "queue", "data-state", "on");

        assertThat(waited).isGreaterThan(Duration.ofSeconds(5));
    }

    @Test
    void deadLetteredMailsAreSentAfterAClickOnTheButton() {
        browser.open(hasty.uri("/"));
        mailServer("refusing");
        String email = signUp(hasty, "Alan Turing");
        awaitState("dead-lettered");
        Eventually.that("the page lists the dead letter", SOON, () -> browser.sees("dead-letter"));
        browser.screenshot("dead-lettered");

        mailServer("running");
        browser.click("redrive");
        awaitState("sent");
        Eventually.that("no dead letter is left", SOON, () -> browser.sees("dead-letters-none"));
        browser.screenshot("sent");
        openMailTo(hasty, email);
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void whenTheBrokerIsKilledWhileMailsAreQueuedEveryMailIsStillSent() throws Exception {
        browser.open(patient.uri("/"));
        mailServer("refusing");
        Set<String> expected = new TreeSet<>();
        for (int i = 0; i < 10; i++) {
            expected.add(post(patient));
        }
        Eventually.that("mails wait for their retry", SOON, () -> broker.api().stat("patient", "scheduled") > 0);
        broker.kill();
        // The sign-up does not need the broker: what is ordered now waits in the outbox.
        for (int i = 0; i < 10; i++) {
            expected.add(post(patient));
        }
        Duration start = broker.start();
        mailServer("running");
        for (int i = 0; i < 5; i++) {
            expected.add(post(patient));
        }

        Set<String> received = new TreeSet<>();
        Duration took = Eventually.that("all mails have come", Duration.ofSeconds(60), () -> {
            browser.open(patient.uri("/inbox"));
            received.clear();
            JsonNode all = browser.run(
                    "Array.from(document.querySelectorAll('[data-testid=mail-row]')).map(row => row.dataset.to)");
            all.forEach(to -> received.add(to.asText()));
            return received.containsAll(expected);
        });
        browser.screenshot("inbox");
        System.out.printf(
                "Broker killed with 10 mails queued and 10 signed up meanwhile: ready after %d ms, all %d mails %d ms"
                        + " later%n",
                start.toMillis(), expected.size(), took.toMillis());
    }

    /** Fills in the form and sends it; ends on the page of the mail's journey. */
    private String signUp(SampleProcess app, String name) {
        browser.open(app.uri("/"));
        String email = nextEmail();
        fill(name, email);
        browser.screenshot("form");
        browser.click("submit");
        browser.await("journey");
        return email;
    }

    private static String nextEmail() {
        people++;
        return "person-" + people + "@example.com";
    }

    private void fill(String name, String email) {
        browser.type("name", name);
        browser.type("email", email);
        browser.type("password", "a long enough sentence");
    }

    private static String post(SampleProcess app) throws Exception {
        String email = nextEmail();
        String form = "name=Somebody&email=" + email.replace("@", "%40") + "&password=a+long+enough+sentence";
        HttpRequest request = HttpRequest.newBuilder(app.uri("/signup"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build();
        HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        return email;
    }

    private void mailServer(String mode) {
        control("mail-server-" + mode, "mail-server", "data-mode", mode);
    }

    private void control(String button, String form, String attribute, String value) {
        browser.click(button);
        Eventually.that(form + " is " + value, SOON, () -> value.equals(browser.attribute(form, attribute)));
    }

    private void awaitState(String state) {
        String[] seen = {null};
        try {
            Eventually.that("the journey is " + state, SOON, () -> {
                seen[0] = browser.attribute("journey", "data-state");
                return state.equals(seen[0]);
            });
        } catch (AssertionError e) {
            browser.screenshot("not-" + state);
            throw new AssertionError(e.getMessage() + "; it is " + seen[0] + ": " + browser.text("timeline"), e);
        }
    }

    private int answeredMillis() {
        Eventually.that("the page tells how long the answer took", SOON, () -> browser.sees("answered"));
        return Integer.parseInt(browser.attribute("answered", "data-millis").replace(",", ""));
    }

    private void openMailTo(SampleProcess app, String email) {
        // A page that is asked to reload while it is still being left is not left: each look opens the inbox anew.
        String open =
                """
                (() => {
                    const link = document.querySelector('[data-testid=mail-row][data-to="%s"] a');
                    if (link) { link.click(); }
                    return link !== null;
                })()""";
        Eventually.that("the mail is in the inbox", SOON, () -> {
            browser.open(app.uri("/inbox"));
            return browser.run(open.formatted(email)).asBoolean();
        });
        browser.await("mail");
    }
}
