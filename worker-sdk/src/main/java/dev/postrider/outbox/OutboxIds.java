package dev.postrider.outbox;

import java.security.SecureRandom;
import java.util.UUID;

/** Ids of outbox records: UUID version 7, so that rows written together lie together in the primary key's index. */
final class OutboxIds {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long VERSION_7 = 0x7000L;
    private static final long VARIANT_RFC = 0x8000_0000_0000_0000L;

    private OutboxIds() {}

    static UUID next() {
        return of(System.currentTimeMillis(), RANDOM.nextLong(), RANDOM.nextLong());
    }

    static UUID of(long epochMillis, long randomHigh, long randomLow) {
        long high = epochMillis << 16 | VERSION_7 | randomHigh & 0xfff;
        return new UUID(high, VARIANT_RFC | randomLow >>> 2);
    }
}
