package dev.postrider.sample.signup.queue;

import dev.postrider.client.QueueOptions;
import dev.postrider.sample.signup.SignupSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * When a failed mail comes again: the settings that the queue is given, and what follows from them. Without jitter, so
 * that a page can count down to the next attempt.
 */
record RetryPlan(int maxAttempts, Duration initialDelay, double multiplier, Duration maxDelay) {
    static RetryPlan of(SignupSettings.Queue queue) {
        return new RetryPlan(queue.maxAttempts(), queue.initialDelay(), queue.multiplier(), queue.maxDelay());
    }

    /** How long the queue waits after an attempt has failed; empty if it was the last one. */
    Optional<Duration> delayAfter(int attempt) {
        if (attempt >= maxAttempts) {
            return Optional.empty();
        }
        double millis = initialDelay.toMillis() * Math.pow(multiplier, Math.max(0, attempt - 1));
        return Optional.of(Duration.ofMillis((long) Math.min(millis, maxDelay.toMillis())));
    }

    QueueOptions asQueueOptions() {
        return QueueOptions.defaults().withMaxAttempts(maxAttempts).withRetry(initialDelay, multiplier, maxDelay, 0);
    }
}
