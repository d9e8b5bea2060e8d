package dev.postrider.broker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.event.BrokerListener.Ending;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BrokerMetricsTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private long nanos;
    private final BrokerMetrics metrics = new BrokerMetrics(registry, () -> nanos);

    @Test
    void countsByQueue() {
        metrics.published("orders", 3);
        metrics.settled("orders", Ending.ACKNOWLEDGED, 2);

        assertThat(published("orders")).isEqualTo(3);
        assertThat(registry.get("postrider.messages.acknowledged")
                        .tag("queue", "orders")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void theSeriesOfADeletedQueueGo() {
        metrics.published("gone", 1);

        metrics.deleted("gone");

        assertThat(registry.find("postrider.messages.published")
                        .tag("queue", "gone")
                        .counter())
                .isNull();
        assertThat(registry.getMeters())
                .noneMatch(meter -> "gone".equals(meter.getId().getTag("queue")));
    }

    @Test
    void beyondTheBoundQueuesShareOneSeries() {
        fill();

        metrics.published("one-more", 5);
        metrics.published("another", 2);

        assertThat(published("_other")).isEqualTo(7);
        assertThat(registry.find("postrider.messages.published")
                        .tag("queue", "one-more")
                        .counter())
                .isNull();
    }

    @Test
    void aDeletedQueueLeavesItsPlaceToAnother() {
        fill();
        metrics.deleted("queue-17");

        metrics.published("one-more", 5);

        assertThat(published("one-more")).isEqualTo(5);
    }

    @Test
    void theQueueLongestUnusedLeavesItsPlaceAfterAnHour() {
        fill();
        nanos += TimeUnit.MINUTES.toNanos(61);
        metrics.delivered("queue-0", 1);

        metrics.published("one-more", 5);

        assertThat(published("one-more")).isEqualTo(5);
        assertThat(published("queue-0")).isEqualTo(1);
        assertThat(registry.find("postrider.messages.published")
                        .tag("queue", "queue-1")
                        .counter())
                .isNull();
    }

    private void fill() {
        for (int i = 0; i < 200; i++) {
            metrics.published("queue-" + i, 1);
        }
    }

    private double published(String queue) {
        Counter counter =
                registry.get("postrider.messages.published").tag("queue", queue).counter();
        return counter.count();
    }
}
