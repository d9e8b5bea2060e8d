/**
 * The ports on PostgreSQL 15 to 18: connections, transactions, what is known after a failure. Plain classes without
 * a container, so that several brokers fit into one JVM. The SQL is in {@code statement}, one class per act.
 */
package dev.postrider.broker.store.postgres;
