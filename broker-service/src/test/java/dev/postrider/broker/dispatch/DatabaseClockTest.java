package dev.postrider.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The database's time, whatever the broker's own clock says and however long an answer takes. */
class DatabaseClockTest {
    private static final long NOW = 1_790_000_000_000L;

    private final ManualLoop loop = new ManualLoop();
    private final DatabaseClock clock = new DatabaseClock(loop);

    @Test
    void goesOnBetweenReadings() {
        clock.set(NOW);
        loop.advance(1_234);

        assertThat(clock.nowMillis()).isEqualTo(NOW + 1_234);
    }

    @Test
    void takesAReadingForTheMiddleOfItsRoundTrip() {
        long asked = loop.monotonicMillis();
        loop.advance(40);
        clock.set(asked, NOW);

        assertThat(clock.nowMillis()).isEqualTo(NOW + 20);
    }

    @Test
    void doesNotBelieveAnAnswerThatTookLongWhereItKnowsBetter() {
        clock.set(NOW);
        long asked = loop.monotonicMillis();
        loop.advance(12_000);
        clock.set(asked, NOW);

        assertThat(clock.nowMillis()).isEqualTo(NOW + 12_000);
    }

    @Test
    void believesASlowAnswerWhenItsLastGoodOneIsOld() {
        clock.set(NOW);
        loop.advance(61_000);
        long asked = loop.monotonicMillis();
        loop.advance(1_000);
        clock.set(asked, NOW);

        assertThat(clock.nowMillis()).isEqualTo(NOW + 500);
    }

    @Test
    void idsOfASlotThatIsGivenAgainGoOnWhereTheyStopped() {
        ChunkIds before = new ChunkIds(3, 0);
        long last = before.next(NOW);

        ChunkIds after = new ChunkIds(3, before.lastMillis());

        assertThat(after.next(NOW - 5_000)).isGreaterThan(last);
    }
}
