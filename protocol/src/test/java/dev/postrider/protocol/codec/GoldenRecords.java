package dev.postrider.protocol.codec;

import dev.postrider.protocol.record.MessageRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What each golden file holds. The files are checked in and were not made by the code under test. */
enum GoldenRecords {
    BARE(List.of(MessageRecord.builder().body(utf8("hello")).build())),
    EMPTY_BODY(List.of(MessageRecord.builder().build())),
    ID(with(r -> r.id("order-4711"))),
    KEY(with(r -> r.key("Grüße"))),
    CONTENT_TYPE_JSON(with(r -> r.contentType("application/json"))),
    CONTENT_TYPE_TEXT(with(r -> r.contentType("text/plain"))),
    CONTENT_TYPE_TEXT_UTF_8(with(r -> r.contentType("text/plain; charset=utf-8"))),
    CONTENT_TYPE_CLOUDEVENTS(with(r -> r.contentType("application/cloudevents+json"))),
    CONTENT_TYPE_OTHER(with(r -> r.contentType("image/png").body(new byte[] {(byte) 0x89, 0x50, 0, (byte) 0xff}))),
    PRIORITY(with(r -> r.priority(7))),
    HEADERS(with(r -> r.header("region", "eu").header("note", ""))),
    DELIVER_AT(with(r -> r.deliverAtMillis(1_795_262_400_123L))),
    DELAY(with(r -> r.delayMillis(1_500))),
    DELAY_ZERO(with(r -> r.delayMillis(0))),
    TTL(with(r -> r.ttlMillis(86_400_000))),
    DEDUPLICATION_KEY(with(r -> r.deduplicationKey("signup-42"))),
    PUBLISHED_AT(with(r -> r.publishedAtMillis(1_795_262_400_456L))),
    FAILED(with(r -> r.attempts(3).firstFailedAtMillis(1_795_262_401_000L))),
    FAILED_UNKNOWN_WHEN(with(r -> r.attempts(1))),
    TOPIC(with(r -> r.topic("orders"))),
    ALL(List.of(everything(utf8("{\"to\":\"ada@example.com\"}")))),
    LARGEST_NUMBERS(with(r -> r.deliverAtMillis(Long.MAX_VALUE)
            .attempts(Integer.MAX_VALUE)
            .firstFailedAtMillis(Long.MAX_VALUE)
            .body(new byte[0]))),
    SEVERAL_RECORDS(List.of(
            MessageRecord.builder().body(utf8("one")).build(),
            MessageRecord.builder()
                    .contentType("application/json")
                    .body(utf8('"' + "x".repeat(198) + '"'))
                    .build(),
            MessageRecord.builder().priority(7).body(utf8("three")).build())),
    SEVERAL_BATCHES(
            List.of(
                    MessageRecord.builder().body(utf8("one")).build(),
                    MessageRecord.builder().topic("orders").body(utf8("two")).build()),
            List.of(everything(utf8("three"))));

    private final List<List<MessageRecord>> batches;

    GoldenRecords(List<MessageRecord> batch) {
        this.batches = List.of(batch);
    }

    GoldenRecords(List<MessageRecord> first, List<MessageRecord> second) {
        this.batches = List.of(first, second);
    }

    /** The records of each batch of the file. */
    List<List<MessageRecord>> batches() {
        return batches;
    }

    /** All records of the file, in order. */
    List<MessageRecord> records() {
        return batches.stream().flatMap(List::stream).collect(Collectors.toList());
    }

    /** The bytes of the file: hexadecimal digits, with comments behind {@code #}. */
    byte[] bytes() {
        String path = "/golden/record-batch-v1/" + fileName();
        try (InputStream in = GoldenRecords.class.getResourceAsStream(path)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            String digits = text.lines()
                    .map(line -> line.replaceFirst("#.*", "").replace(" ", ""))
                    .collect(Collectors.joining());
            return HexFormat.of().parseHex(digits);
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
    }

    String fileName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".hex";
    }

    private static List<MessageRecord> with(UnaryOperator<MessageRecord.Builder> field) {
        return List.of(
                field.apply(MessageRecord.builder().body(new byte[] {'x'})).build());
    }

    private static MessageRecord everything(byte[] body) {
        return MessageRecord.builder()
                .id("order-4711")
                .key("Grüße")
                .contentType("application/json")
                .priority(7)
                .header("region", "eu")
                .header("note", "")
                .deliverAtMillis(1_795_262_400_123L)
                .delayMillis(1_500)
                .ttlMillis(86_400_000)
                .deduplicationKey("signup-42")
                .publishedAtMillis(1_795_262_400_456L)
                .attempts(3)
                .firstFailedAtMillis(1_795_262_401_000L)
                .topic("orders")
                .body(body)
                .build();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
