package dev.postrider.sample.signup.queue;

import static dev.postrider.sample.signup.Visitor.newAddress;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;

import dev.postrider.sample.signup.SampleServices;
import dev.postrider.sample.signup.Visitor;
import dev.postrider.sample.signup.mail.Inbox;
import dev.postrider.sample.signup.mail.InboxMail;
import dev.postrider.sample.signup.mail.LocalMailServer;
import dev.postrider.sample.signup.mail.MailFailure;
import dev.postrider.sample.signup.mail.MailServerMode;
import dev.postrider.sample.signup.purchase.Department;
import dev.postrider.sample.signup.purchase.PurchaseMade;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(SampleServices.class)
class PurchaseHandlerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Inject
    PurchaseHandler handler;

    @Inject
    LocalMailServer mailServer;

    @Inject
    Inbox inbox;

    private final String email = newAddress();

    @AfterEach
    void mailServerBack() {
        mailServer.switchTo(MailServerMode.RUNNING);
    }

    @Test
    void eachDepartmentDoesItsPartAndAllIsDone() {
        UUID purchase = Visitor.purchase(email, "map");

        handle(Department.SHIPPING, purchase, 1);
        handle(Department.DISTRIBUTION, purchase, 1);
        assertThat(Visitor.purchaseState(purchase)).isEqualTo("under-way");
        handle(Department.RECEIPTS, purchase, 1);

        assertThat(Visitor.purchaseState(purchase)).isEqualTo("done");
        assertThat(mails()).singleElement().satisfies(mail -> {
            assertThat(mail.subject()).isEqualTo("Your receipt");
            assertThat(mail.text()).contains("Map of the post roads, printed", "/purchases/" + purchase);
        });
    }

    @Test
    void aCopyThatComesAgainSendsNoSecondReceipt() {
        UUID purchase = Visitor.purchase(email, "download");

        handle(Department.RECEIPTS, purchase, 1);
        handle(Department.RECEIPTS, purchase, 2);

        assertThat(mails()).hasSize(1);
    }

    @Test
    void aReceiptThatCannotBeSentIsRetriedAndAtLastSetAside() {
        UUID purchase = Visitor.purchase(email, "download");
        mailServer.switchTo(MailServerMode.REFUSING);

        assertThatThrownBy(() -> handle(Department.RECEIPTS, purchase, 1)).isInstanceOf(MailFailure.class);
        given().get("/purchases/" + purchase)
                .then()
                .body(containsString("data-testid=\"copy-receipts\" data-state=\"retrying\""));
        assertThatThrownBy(() -> handle(Department.RECEIPTS, purchase, 5)).isInstanceOf(MailFailure.class);
        assertThat(Visitor.purchaseState(purchase)).isEqualTo("dead-lettered");

        mailServer.switchTo(MailServerMode.RUNNING);
        handle(Department.RECEIPTS, purchase, 1);
        handle(Department.SHIPPING, purchase, 1);
        assertThat(Visitor.purchaseState(purchase)).isEqualTo("done");
    }

    @Test
    void aMessageWithoutPurchaseFailsForGood() {
        assertThatThrownBy(() -> handle(Department.SHIPPING, UUID.randomUUID(), 1))
                .isInstanceOf(UnknownPurchaseException.class);
    }

    private void handle(Department department, UUID purchase, int attempt) {
        handler.handle(department, new PurchaseMade(purchase, "map"), attempt)
                .await()
                .atMost(PATIENCE);
    }

    private List<InboxMail> mails() {
        return inbox.latest().stream().filter(mail -> mail.to().equals(email)).toList();
    }
}
