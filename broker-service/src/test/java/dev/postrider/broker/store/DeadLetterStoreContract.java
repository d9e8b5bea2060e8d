package dev.postrider.broker.store;

import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.commit;
import static dev.postrider.broker.store.StoreFixture.newQueue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.store.DeadLetterStore.DeadLetter;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link DeadLetterStore} does. */
public abstract class DeadLetterStoreContract {
    private DeadLetterStore letters;
    private MessageStore store;
    private int queue;

    protected abstract Ports ports();

    @BeforeEach
    void makeQueue() {
        letters = ports().deadLetters();
        store = ports().messages();
        queue = newQueue(ports().queues());
    }

    @Test
    void keepsEveryPartOfTheMessage() {
        MessageRecord record = MessageRecord.builder()
                .id("m-1")
                .key("customer-7")
                .contentType("application/json")
                .topic("orders")
                .priority(9)
                .header("z", "first")
                .header("a", "zweite \u00fc\ud83d\ude00")
                .publishedAtMillis(1_700_000_000_123L)
                .body("{\"a\":1}".getBytes(StandardCharsets.UTF_8))
                .build();
        deadLetter(new NewDeadLetter(queue, record, "rejected", "no such user", 3, 1_700_000_001_001L));

        DeadLetter letter = all().get(0);

        assertThat(letter.record()).usingRecursiveComparison().isEqualTo(record);
        assertThat(letter.record().headers().keySet()).containsExactly("z", "a");
        assertThat(letter.reason()).isEqualTo("rejected");
        assertThat(letter.error()).isEqualTo("no such user");
        assertThat(letter.attempts()).isEqualTo(3);
        assertThat(letter.firstFailedAtMillis()).isEqualTo(1_700_000_001_001L);
        assertThat(letter.deadLetteredAtMillis()).isPositive();
    }

    @Test
    void takesTextThatTheDatabaseCannotHold() {
        MessageRecord record = message("nul").toBuilder()
                .header("h\u0000", "v\u0000")
                .header("surrogate", "\ud83d!")
                .build();

        deadLetter(new NewDeadLetter(queue, record, "rejected", "broken \u0000 text", 1, 1));

        assertThat(all().get(0).error()).isEqualTo("broken \ufffd text");
        assertThat(all().get(0).record().headers()).isEqualTo(Map.of("h\ufffd", "v\ufffd", "surrogate", "\ufffd!"));
    }

    @Test
    void listsOldestFirstPageByPage() {
        deadLetter(letter("a", "rejected"), letter("b", "expired"), letter("c", "rejected"));
        List<DeadLetter> firstPage = Await.result(letters.list(queue, null, 0, 2));

        assertThat(ids(firstPage)).containsExactly("a", "b");
        assertThat(ids(Await.result(letters.list(queue, null, firstPage.get(1).id(), 2))))
                .containsExactly("c");
        assertThat(ids(Await.result(letters.list(queue, "rejected", 0, 10)))).containsExactly("a", "c");
    }

    @Test
    void findsByMessageId() {
        deadLetter(letter("a", "rejected"), letter("b", "expired"), letter("c", "rejected"));

        assertThat(ids(Await.result(letters.find(queue, List.of("c", "a", "x"), 0, 10))))
                .containsExactly("a", "c");
        assertThat(ids(Await.result(letters.find(queue, null, 0, 10)))).hasSize(3);
    }

    @Test
    void deletesOneOrAllOfItsQueue() {
        int other = newQueue(ports().queues());
        deadLetter(letter("a", "rejected"), letter("b", "expired"), letter("c", "rejected"));
        deadLetter(new NewDeadLetter(other, message("a"), "rejected", null, 1, 1));

        assertThat(Await.result(letters.delete(queue, "a"))).isEqualTo(1);
        assertThat(Await.result(letters.delete(queue, "a"))).isZero();
        assertThat(Await.result(letters.delete(queue, null))).isEqualTo(2);
        assertThat(Await.result(letters.list(other, null, 0, 10))).hasSize(1);
    }

    @Test
    void redrivesOnceHoweverManyTryAtTheSameTime() {
        deadLetter(letter("a", "rejected"), letter("b", "expired"));
        List<Long> rows = all().stream().map(DeadLetter::id).toList();

        List<Future<CommitResult>> redriving = IntStream.range(0, 8)
                .mapToObj(i ->
                        commit(store, new CommitBatch(0, List.of(chunk(queue, 2)), List.of(), List.of(), rows, true)))
                .toList();

        assertThat(redriving.stream().map(Await::result).filter(CommitResult::stored))
                .hasSize(1);
        assertThat(Await.result(store.claim(queue, 1, 100))).hasSize(1);
        assertThat(all()).isEmpty();
    }

    @Test
    void countsInTheFiguresOfItsQueue() {
        deadLetter(letter("a", "rejected"), letter("b", "expired"));

        assertThat(Await.result(ports().queues().figures(List.of(queue)))
                        .get(queue)
                        .deadLettered())
                .isEqualTo(2);
    }

    private List<DeadLetter> all() {
        return Await.result(letters.list(queue, null, 0, 100));
    }

    private void deadLetter(NewDeadLetter... given) {
        CommitBatch batch = new CommitBatch(0, List.of(), List.of(), List.of(given), List.of(), false);
        assertThat(Await.result(commit(store, batch)).stored()).isTrue();
    }

    private NewDeadLetter letter(String id, String reason) {
        return new NewDeadLetter(queue, message(id), reason, null, 1, 1_700_000_000_000L);
    }

    private static MessageRecord message(String id) {
        return MessageRecord.builder()
                .id(id)
                .publishedAtMillis(1_600_000_000_000L)
                .build();
    }

    private static List<String> ids(List<DeadLetter> page) {
        return page.stream().map(letter -> letter.record().id()).toList();
    }
}
