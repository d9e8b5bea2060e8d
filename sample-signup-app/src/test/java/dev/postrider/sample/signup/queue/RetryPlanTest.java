package dev.postrider.sample.signup.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RetryPlanTest {
    private final RetryPlan plan = new RetryPlan(5, Duration.ofSeconds(1), 2, Duration.ofSeconds(6));

    @Test
    void pausesGrowUntilTheLongest() {
        assertThat(plan.delayAfter(1)).contains(Duration.ofSeconds(1));
        assertThat(plan.delayAfter(2)).contains(Duration.ofSeconds(2));
        assertThat(plan.delayAfter(3)).contains(Duration.ofSeconds(4));
        assertThat(plan.delayAfter(4)).contains(Duration.ofSeconds(6));
    }

    @Test
    void afterTheLastAttemptThereIsNone() {
        assertThat(plan.delayAfter(5)).isEmpty();
        assertThat(plan.delayAfter(6)).isEmpty();
    }

    @Test
    void theQueueIsGivenTheSamePlanWithoutJitter() {
        Map<String, Object> settings = plan.asQueueOptions().asMap();

        assertThat(settings).containsEntry("maxAttempts", 5);
        assertThat(settings.get("retry"))
                .isEqualTo(Map.of("initialDelay", "1s", "multiplier", 2.0, "maxDelay", "6s", "jitter", 0.0));
    }
}
