/**
 * The store as a model: the tables and statements of PostgreSQL in memory, behind the same ports and under the same
 * contract suites. What is a transaction there is an {@link dev.postrider.broker.simulation.model.Exchange} here, and
 * a {@link dev.postrider.broker.simulation.model.Wire} decides when its steps happen and which of them get lost.
 */
package dev.postrider.broker.simulation.model;
