/**
 * Brokers under test behind one small interface: Postrider and its peers, each started as a process of its own and
 * driven through its best-known client.
 */
package dev.postrider.benchmarks.broker;
