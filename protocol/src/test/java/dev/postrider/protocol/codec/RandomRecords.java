package dev.postrider.protocol.codec;

import dev.postrider.protocol.record.MessageRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes records of every shape from a seed. */
final class RandomRecords {
    private static final String[] CONTENT_TYPES = {
        "application/octet-stream",
        "application/json",
        "text/plain",
        "application/x-protobuf",
        "",
        "text/plain; charset=x"
    };
    private static final int[] CODE_POINTS = {'a', 'Z', '0', ' ', 0, '"', '\n', 'é', '€', 0x1F600, 0xFFFD, 0x10FFFF};

    private final Random random;

    RandomRecords(long seed) {
        this.random = new Random(seed);
    }

    List<MessageRecord> next(int count) {
        List<MessageRecord> records = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            records.add(next());
        }
        return records;
    }

    MessageRecord next() {
        MessageRecord.Builder record = MessageRecord.builder()
                .id(textOrNull())
                .key(textOrNull())
                .contentType(CONTENT_TYPES[random.nextInt(CONTENT_TYPES.length)])
                .priority(random.nextInt(10))
                .deliverAtMillis(timeOrNone())
                .delayMillis(timeOrNone())
                .ttlMillis(timeOrNone())
                .deduplicationKey(textOrNull())
                .publishedAtMillis(timeOrNone())
                .attempts(random.nextBoolean() ? 0 : random.nextInt(Integer.MAX_VALUE))
                .firstFailedAtMillis(random.nextBoolean() ? MessageRecord.NONE : 1 + random.nextInt(1_000_000))
                .topic(textOrNull())
                .body(body());
        for (int headers = random.nextBoolean() ? 0 : random.nextInt(5); headers > 0; headers--) {
            record.header(text(), text());
        }
        return record.build();
    }

    private byte[] body() {
        byte[] body = new byte[random.nextInt(8) == 0 ? random.nextInt(70_000) : random.nextInt(300)];
        random.nextBytes(body);
        return body;
    }

    private String textOrNull() {
        return random.nextBoolean() ? null : text();
    }

    private String text() {
        int length = random.nextInt(10) == 0 ? random.nextInt(400) : random.nextInt(12);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(CODE_POINTS[random.nextInt(CODE_POINTS.length)]);
        }
        return text.toString();
    }

    private long timeOrNone() {
        return random.nextBoolean() ? MessageRecord.NONE : random.nextLong() >>> (1 + random.nextInt(63));
    }
}
