/**
 * Several real brokers in one thread, on a model of the store, under a scheduler that owns time and chance, with
 * faults from a seed. {@link dev.postrider.broker.simulation.Simulation} runs one seed; every
 * {@link dev.postrider.broker.simulation.Invariant} is one promise, held against all that happens.
 */
package dev.postrider.broker.simulation;
