package dev.postrider.sample.signup.web;

import static dev.postrider.sample.signup.Visitor.newAddress;
import static dev.postrider.sample.signup.Visitor.purchase;
import static dev.postrider.sample.signup.Visitor.purchaseState;
import static dev.postrider.sample.signup.Visitor.set;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.postrider.sample.signup.SampleServices;
import dev.postrider.sample.signup.Tables;
import dev.postrider.sample.signup.Visitor;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(SampleServices.class)
class PurchasePageTest {
    @Test
    void theStartPageLeadsToTheForm() {
        given().get("/").then().body(containsString("href=\"/purchase\""));
        given().get("/purchase").then().statusCode(200).body(containsString("data-testid=\"purchase-form\""));
    }

    @ParameterizedTest
    @CsvSource({"map, true", "download, false"})
    void aPurchaseAndItsMessageForTheTopicAreStoredTogether(String article, String goods) throws SQLException {
        UUID purchase = purchase(newAddress(), article);

        String row = " from outbox where aggregateid = '" + purchase + "'";
        assertThat(Tables.text("select aggregatetype" + row)).isEqualTo("topic:purchases");
        assertThat(Tables.text("select headers ->> 'goods'" + row)).isEqualTo(goods);
        assertThat(Tables.text("select convert_from(payload, 'UTF8')" + row))
                .isEqualTo("{\"purchaseId\":\"" + purchase + "\",\"article\":\"" + article + "\"}");
        assertThat(purchaseState(purchase)).isEqualTo("under-way");
    }

    @Test
    void withoutTheMessageThereIsNoPurchase() throws SQLException {
        String email = newAddress();
        Tables.run("alter table outbox rename to outbox_away");
        try {
            Visitor.buy("Ada", email, "map").then().statusCode(503).body(not(containsString("relation")));
        } finally {
            Tables.run("alter table outbox_away rename to outbox");
        }

        assertThat(Tables.count("select count(*) from purchase where email = '" + email + "'"))
                .isZero();
    }

    @Test
    void theSubscriptionThatLeavesAFileOutIsTold() {
        UUID purchase = purchase(newAddress(), "download");

        given().get("/purchases/" + purchase)
                .then()
                .body(
                        containsString("data-testid=\"copy-distribution\" data-state=\"left-out\""),
                        containsString("headers.goods = &#39;true&#39;"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', ada@example.com, map, name-problem",
        "Ada, not-an-address, map, email-problem",
        "Ada, ada@example.com, horse, article-problem",
        "Ada, ada@example.com, '', article-problem"
    })
    void whatCannotBeSoldIsAskedAgain(String name, String email, String article, String problem) {
        Visitor.buy(name, email, article)
                .then()
                .statusCode(422)
                .body(containsString("data-testid=\"" + problem + "\""));
    }

    @Test
    void whatTheBuyerTypedIsEscaped() {
        String location = Visitor.buy("<script>alert(1)</script>", newAddress(), "map")
                .then()
                .statusCode(303)
                .extract()
                .header("Location");

        given().get(location).then().body(containsString("&lt;script&gt;"), not(containsString("<script>alert")));
    }

    @Test
    void anAddressThatIsNoPurchasesIsNotFound() {
        given().get("/purchases/" + UUID.randomUUID()).then().statusCode(404);
        given().get("/purchases/not-an-id").then().statusCode(404);
    }

    @Test
    void aWorkerIsStoppedAndStartedByItsSwitch() {
        turn("receipts", "off", 303);
        given().get("/demo/status").then().body("departments.receipts.on", equalTo(false));
        given().get("/purchase").then().body(containsString("data-testid=\"worker-receipts\" data-state=\"off\""));

        turn("receipts", "on", 303);
        given().get("/demo/status").then().body("departments.receipts.on", equalTo(true));
        turn("receipts", "sideways", 400);
        turn("complaints", "on", 400);
    }

    @Test
    void thePagesOfPurchasesHaveTheWorkersInPlaceOfTheQueueSwitch() {
        given().get("/purchase")
                .then()
                .body(containsString("data-testid=\"worker-shipping\""), not(containsString("data-testid=\"queue\"")));
        set("queue", "state", "on");
        given().get("/")
                .then()
                .body(containsString("data-testid=\"queue\""), not(containsString("data-testid=\"worker-shipping\"")));
    }

    private static void turn(String department, String state, int status) {
        given().redirects()
                .follow(false)
                .formParam("department", department)
                .formParam("state", state)
                .post("/demo/worker")
                .then()
                .statusCode(status);
    }
}
