/** What is done to a broker and measured, each written once over the interface of the brokers. */
package dev.postrider.benchmarks.workload;
