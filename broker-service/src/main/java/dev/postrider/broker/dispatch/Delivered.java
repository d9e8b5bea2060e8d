package dev.postrider.broker.dispatch;

import dev.postrider.protocol.Receipt;
import dev.postrider.protocol.record.MessageRecord;

/**
 * A message in the hands of a consumer.
 *
 * @param receipt names this handing-out
 * @param id the message's id, never null
 * @param queue the queue's name
 * @param attempt from 1
 * @param publishedAtMillis database clock
 * @param expiresAtMillis 0: never
 * @param record everything else
 */
public record Delivered(
        Receipt receipt,
        String id,
        String queue,
        int attempt,
        long publishedAtMillis,
        long expiresAtMillis,
        MessageRecord record) {}
