package dev.postrider.benchmarks.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WindowsTest {
    private final Windows windows = new Windows(0, Duration.ofSeconds(2));

    @Test
    void aWindowMayBeginAtAnyTenthOfASecond() {
        happens(950, 5);
        happens(1_050, 7);

        assertThat(windows.most(1)).isEqualTo(7);
        assertThat(windows.most(2)).isEqualTo(12);
        assertThat(windows.most(10)).isEqualTo(12);
        assertThat(windows.fewest(2)).isZero();
        assertThat(windows.fewest(20)).isEqualTo(12);
    }

    @Test
    void whatHappensBeforeAndAfterIsNotCounted() {
        happens(-1, 3);
        happens(2_000, 3);

        assertThat(windows.most(20)).isZero();
    }

    @Test
    void thereIsNoWindowThatIsLongerThanAll() {
        happens(100, 3);

        assertThat(windows.most(21)).isZero();
        assertThat(windows.fewest(21)).isZero();
    }

    private void happens(int millis, int times) {
        for (int i = 0; i < times; i++) {
            windows.happened(TimeUnit.MILLISECONDS.toNanos(millis));
        }
    }
}
