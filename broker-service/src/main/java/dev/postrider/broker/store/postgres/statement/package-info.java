/** One class per SQL act: the text, the binding and the mapping of rows; no decisions, no transactions. */
package dev.postrider.broker.store.postgres.statement;
