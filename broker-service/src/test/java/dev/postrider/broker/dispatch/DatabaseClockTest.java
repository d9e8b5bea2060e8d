package dev.postrider.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The database's time, whatever the broker's own clock says and however long an answer takes. */
class DatabaseClockTest {
    private static final long NOW = 1_790_000_000_000L;

    private final ManualLoop loop = new ManualLoop();
    private final DatabaseClock clock = new DatabaseClock(loop);

    /** Asks, and answers with what the database's clock said after so long; the answer takes a while itself. */
    private void read(long databaseMillis, long thereMillis, long backMillis) {
        long asked = loop.monotonicMillis();
        loop.advance(thereMillis + backMillis);
        clock.set(asked, databaseMillis + thereMillis);
    }

    @Test
    void goesOnBetweenReadings() {
        read(NOW, 0, 0);
        loop.advance(1_234);

        assertThat(clock.nowMillis()).isEqualTo(NOW + 1_234);
    }

    @Test
    void takesAReadingForTheMiddleOfItsRoundTrip() {
        read(NOW, 10, 30);

        assertThat(clock.nowMillis()).isEqualTo(NOW + 30);
    }

    @Test
    void isNotMovedByAnAnswerThatTookLong() {
        read(NOW, 0, 0);
        read(NOW, 12_000, 0);
        assertThat(clock.nowMillis()).isBetween(NOW + 12_000, NOW + 12_010);

        read(NOW + 12_000, 0, 400);
        assertThat(clock.nowMillis()).isBetween(NOW + 12_390, NOW + 12_410);
    }

    @Test
    void knowsTheTimeBetterWithTheFirstFastAnswerAfterSlowOnes() {
        read(NOW, 0, 800);
        read(NOW + 800, 0, 300);
        assertThat(clock.nowMillis()).isBetween(NOW + 1_100 - 151, NOW + 1_100);

        read(NOW + 1_100, 1, 1);
        assertThat(clock.nowMillis()).isBetween(NOW + 1_101, NOW + 1_103);
    }

    @Test
    void followsADatabaseWhoseClockGoesFasterThanItsOwn() {
        long database = NOW;
        for (int beat = 0; beat < 1_000; beat++) {
            read(database, 1, 1);
            loop.advance(998);
            database += 1_000 + (beat % 10 == 0 ? 1 : 0);
        }

        assertThat(clock.nowMillis()).isBetween(database - 3, database + 3);
    }

    @Test
    void believesAClockThatWasSetBackOrAhead() {
        read(NOW, 0, 0);
        read(NOW - 60_000, 0, 0);
        assertThat(clock.nowMillis()).isEqualTo(NOW - 60_000);

        read(NOW, 0, 0);
        assertThat(clock.nowMillis()).isEqualTo(NOW);
    }

    @Test
    void idsOfASlotThatIsGivenAgainGoOnWhereTheyStopped() {
        ChunkIds before = new ChunkIds(3, 0);
        long last = before.next(NOW);

        ChunkIds after = new ChunkIds(3, before.lastMillis());

        assertThat(after.next(NOW - 5_000)).isGreaterThan(last);
    }
}
