package dev.postrider.worker;

import java.time.Duration;

/**
 * How a worker works.
 *
 * @param concurrency messages handled at a time
 * @param lease how long a message is held; extended while its handler runs
 * @param prefetch messages held ready beyond those being handled, 0 for none
 * @param handlerTimeout null for none
 */
record WorkerSettings(String queue, int concurrency, Duration lease, int prefetch, Duration handlerTimeout) {}
