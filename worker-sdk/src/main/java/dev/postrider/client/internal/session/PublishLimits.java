package dev.postrider.client.internal.session;

import java.time.Duration;

/**
 * The bounds of publishing.
 *
 * @param deadline how long a publish may take
 * @param windowMessages sent and unanswered at most
 * @param windowBytes sent and unanswered at most
 * @param backlogMessages unanswered or waiting at most
 * @param backlogBytes unanswered or waiting at most
 * @param idempotentRetries give every message a key that a repetition can be told by
 */
public record PublishLimits(
        Duration deadline,
        int windowMessages,
        long windowBytes,
        int backlogMessages,
        long backlogBytes,
        boolean idempotentRetries) {}
