package dev.postrider.client.internal.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.client.PostriderException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors after the HTML standard, section 9.2.6, and what a network does to them. */
class EventStreamParserTest {
    private static final int BYTES_MAX = 1_000;

    private final List<ServerSentEvent> events = new ArrayList<>();
    private EventStreamParser parser = parser(null);

    private EventStreamParser parser(String lastEventId) {
        return new EventStreamParser(BYTES_MAX, lastEventId, events::add);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<ServerSentEvent> parse(String stream) {
        parser.feed(utf8(stream));
        return events;
    }

    private static ServerSentEvent message(String data) {
        return new ServerSentEvent("message", data, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void isTheSameWhereverItIsSplitAndHoweverItsLinesEnd(String end) {
        String stream = String.join(
                end,
                "\uFEFF: a comment",
                "retry: 250",
                "id: p-0",
                "",
                "event: message",
                "id: p-1",
                "data: Köln, 東京 and 😀",
                "",
                "data: one",
                "data:two",
                "data",
                "data:  three",
                "id: p-2",
                "",
                ":",
                "event: gap",
                "data: {}",
                "",
                "");
        byte[] bytes = utf8(stream);
        List<ServerSentEvent> expected = List.of(
                new ServerSentEvent("message", "Köln, 東京 and 😀", "p-1"),
                new ServerSentEvent("message", "one\ntwo\n\n three", "p-2"),
                new ServerSentEvent("gap", "{}", "p-2"));

        for (int size = 1; size <= bytes.length; size++) {
            for (int first = 0; first <= (size == bytes.length ? bytes.length : 0); first++) {
                events.clear();
                parser = parser(null);
                parser.feed(Arrays.copyOf(bytes, first));
                for (int at = first; at < bytes.length; at += size) {
                    parser.feed(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)));
                }
                assertThat(events)
                        .as("pieces of %s, the first of %s", size, first)
                        .isEqualTo(expected);
                assertThat(parser.lastEventId()).isEqualTo("p-2");
                assertThat(parser.retryMillis()).isEqualTo(250);
            }
        }
    }

    @Test
    void anEventIsToldWithTheFirstByteOfTheEmptyLine() {
        assertThat(parse("data: a\r\n\r")).containsExactly(message("a"));
        assertThat(parse("\ndata: b\r\n")).hasSize(1);
        assertThat(parse("\r\n")).containsExactly(message("a"), message("b"));
    }

    @Test
    void whatTheEndCutsOffIsNoEvent() {
        assertThat(parse("id: 1\ndata: a\n")).isEmpty();
        assertThat(parser.lastEventId()).isNull();
    }

    @Test
    void anIdHoldsForTheEventsBehindItAndAlone() {
        assertThat(parse("id: 1\n\ndata: a\n\nid\ndata: b\n\n: ping\nid: 2\n\n"))
                .containsExactly(new ServerSentEvent("message", "a", "1"), new ServerSentEvent("message", "b", ""));
        assertThat(parser.lastEventId()).isEqualTo("2");
    }

    @Test
    void anIdWithANulIsNone() {
        assertThat(parse("id: 1\nid: 2\0\ndata: a\n\n")).containsExactly(new ServerSentEvent("message", "a", "1"));
    }

    @Test
    void theIdOfTheStreamBeforeHoldsUntilThereIsAnother() {
        parser = parser("before");

        assertThat(parse("data: a\n\nid: next\ndata: b\n\n"))
                .containsExactly(
                        new ServerSentEvent("message", "a", "before"), new ServerSentEvent("message", "b", "next"));
    }

    @Test
    void aTypeHoldsForOneEvent() {
        assertThat(parse("event: gap\n\ndata: a\n\nevent: gap\ndata: b\n\nevent:\ndata: c\n\n"))
                .containsExactly(message("a"), new ServerSentEvent("gap", "b", null), message("c"));
    }

    @Test
    void dataMayBeEmptyButMustBeThere() {
        assertThat(parse("data\n\ndata:\ndata:\n\nevent: message\n\n")).containsExactly(message(""), message("\n"));
    }

    @Test
    void oneSpaceBehindTheColonIsNoneOfTheValue() {
        assertThat(parse("data:a\n\ndata: a\n\ndata:  a: b\n\ndata:\ta\n\n"))
                .containsExactly(message("a"), message("a"), message(" a: b"), message("\ta"));
    }

    @Test
    void fieldsThatNobodyKnowsArePassedOver() {
        assertThat(parse("datum: a\nData: a\n data: a\nfoo\n:data: a\n\n")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5", "2s", "12345678901", "１"})
    void aRetryThatIsNoNumberOfMillisecondsChangesNothing(String value) {
        parse("retry: 700\nretry: " + value + "\n\n");

        assertThat(parser.retryMillis()).isEqualTo(700);
    }

    @Test
    void theByteOrderMarkIsOneAtTheVeryBeginningOnly() {
        assertThat(parse("\uFEFFdata: a\n\n\uFEFFdata: b\n\n")).containsExactly(message("a"));
    }

    @Test
    void aLineThatDoesNotEndIsRefused() {
        byte[] piece = utf8("data: " + "x".repeat(494));
        parser.feed(piece);

        assertThatThrownBy(() -> {
                    parser.feed(piece);
                    parser.feed(utf8("y"));
                })
                .isInstanceOfSatisfying(
                        PostriderException.class, e -> assertThat(e.code()).isEqualTo("message-too-large"));
    }

    @Test
    void anEventThatDoesNotEndIsRefused() {
        assertThatThrownBy(() -> {
                    for (int i = 0; i <= BYTES_MAX; i++) {
                        parse("data\n");
                    }
                })
                .isInstanceOf(PostriderException.class);
    }

    @Test
    void manyEventsEachWithinTheBoundAreNotTooMuch() {
        for (int i = 0; i < 10; i++) {
            parse("data: " + "x".repeat(900) + "\n\n");
        }

        assertThat(events).hasSize(10);
    }
}
