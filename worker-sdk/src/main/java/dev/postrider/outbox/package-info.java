/**
 * The transactional outbox: messages written in the application's own transaction, relayed to the broker afterwards.
 *
 * <p>{@link dev.postrider.outbox.JdbcOutbox} or {@link dev.postrider.outbox.PanacheOutbox} write an
 * {@link dev.postrider.outbox.OutboxRecord}, {@link dev.postrider.outbox.OutboxRelay} publishes it,
 * {@link dev.postrider.outbox.OutboxBacklog} shows what waits.
 */
package dev.postrider.outbox;
