package dev.postrider.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.postrider.system.browser.Browser;
import dev.postrider.system.process.BrokerProcess;
import dev.postrider.system.process.Eventually;
import dev.postrider.system.process.RunningPrograms;
import dev.postrider.system.process.SampleProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A person buys, in a real browser; the purchase is confirmed at once and goes by a topic to three queues. */
class PurchaseIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int INSTANT_MILLIS = 5_000;
    private static final List<String> DEPARTMENTS = List.of("shipping", "distribution", "receipts");

    @RegisterExtension
    private static final RunningPrograms PROGRAMS = new RunningPrograms();

    private static BrokerProcess broker;
    private static SampleProcess shop;

    private Browser browser;

    @BeforeAll
    static void start() {
        if (Browser.installed().isEmpty()) {
            System.err.println("##################################################################");
            System.err.println("# Chromium is not installed: the tests of purchases are SKIPPED");
            System.err.println("##################################################################");
        }
        assumeTrue(Browser.installed().isPresent(), "Chromium is not installed");
        broker = PROGRAMS.broker();
        broker.start();
        shop = PROGRAMS.sample(broker);
        shop.launch();
        shop.awaitReady(Duration.ofSeconds(120));
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
    void goodsReachThreeQueuesAndAFileTwo() {
        browser.open(shop.uri("/"));
        browser.click("nav-purchase");
        browser.await("purchase-form");
        browser.screenshot("form");

        buy("Ada Lovelace", "map");
        browser.screenshot("confirmed");
        awaitCopies("done", "done", "done");
        browser.screenshot("three-copies");
        assertThat(browser.attribute("purchase", "data-state")).isEqualTo("done");
        assertThat(browser.text("copy-receipts")).contains("Published", "Delivered to the worker", "Done");

        buy("Grace Hopper", "download");
        awaitCopies("done", "left-out", "done");
        browser.screenshot("two-copies");
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void whatIsMissingIsAskedForOnTheForm() {
        browser.open(shop.uri("/purchase"));
        browser.click("submit");
        browser.await("name-problem");
        browser.screenshot("problems");
        assertThat(browser.text("problems")).contains("Tell us what to call you.");
        assertThat(browser.sees("article-problem")).isFalse();
    }

    @Test
    void aWorkerThatWasStoppedCatchesUp() {
        browser.open(shop.uri("/purchase"));
        turn("distribution", "off");
        buy("Alan Turing", "map");
        awaitCopies("done", "waiting", "done");
        Eventually.that("the copy waits in its queue", SOON, () -> "1"
                .equals(browser.attribute("worker-distribution", "data-waiting")));
        browser.screenshot("stopped");

        turn("distribution", "on");
        awaitCopies("done", "done", "done");
        browser.screenshot("caught-up");
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void aReceiptIsRetriedWhileTheOtherCopiesAreDone() {
        browser.open(shop.uri("/purchase"));
        mailServer("refusing");
        buy("Edsger Dijkstra", "map");
        awaitCopies("done", "done", "retrying");
        browser.screenshot("retrying");

        mailServer("running");
        awaitCopies("done", "done", "done");
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void aBrokerThatIsDownCostsTheBuyerNothing() {
        broker.kill();
        buy("Barbara Liskov", "map");
        awaitCopies("waiting", "waiting", "waiting");
        assertThat(browser.text("copy-shipping")).contains("Waiting for the broker");
        Eventually.that("the page tells that the broker is away", SOON, () -> "false"
                .equals(browser.attribute("broker", "data-connected")));
        browser.screenshot("broker-down");

        broker.start();
        awaitCopies("done", "done", "done");
        browser.screenshot("delivered");
    }

    /** Fills in the form and sends it; ends on the purchase's page, which tells how long the answer took. */
    private void buy(String name, String article) {
        browser.open(shop.uri("/purchase"));
        browser.click("article-" + article);
        browser.type("name", name);
        browser.type("email", "buyer@example.com");
        browser.click("submit");
        browser.await("purchase");
        assertThat(browser.text("headline")).contains(name);
        Eventually.that("the page tells how long the answer took", SOON, () -> browser.sees("answered"));
        assertThat(Integer.parseInt(browser.attribute("answered", "data-millis")))
                .as("milliseconds until the confirmation")
                .isLessThan(INSTANT_MILLIS);
    }

    private void awaitCopies(String... states) {
        for (int i = 0; i < states.length; i++) {
            awaitCopy(DEPARTMENTS.get(i), states[i]);
        }
    }

    private void awaitCopy(String department, String state) {
        String copy = "copy-" + department;
        try {
            Eventually.that(copy + " is " + state, SOON, () -> state.equals(browser.attribute(copy, "data-state")));
        } catch (AssertionError e) {
            browser.screenshot("not-" + state);
            throw new AssertionError(e.getMessage() + ": " + browser.text(copy), e);
        }
    }

    private void turn(String department, String state) {
        control("worker-" + department + "-" + state, "worker-" + department, "data-state", state);
    }

    private void mailServer(String mode) {
        control("mail-server-" + mode, "mail-server", "data-mode", mode);
    }

    private void control(String button, String element, String attribute, String value) {
        browser.click(button);
        Eventually.that(element + " is " + value, SOON, () -> value.equals(browser.attribute(element, attribute)));
    }
}
