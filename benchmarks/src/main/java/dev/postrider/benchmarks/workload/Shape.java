package dev.postrider.benchmarks.workload;

import dev.postrider.benchmarks.broker.Aim;
import dev.postrider.benchmarks.broker.Consumption;

/**
 * Who sends what to whom.
 *
 * @param producers connections that publish, each to every queue in turn
 * @param consumers connections that consume; several queues are dealt out among them, a single one is shared
 * @param queues how many
 * @param bodies their content
 * @param bytes their size
 * @param aim of the clients' settings
 * @param consumption how messages are taken
 */
record Shape(
        int producers, int consumers, int queues, Bodies.Kind bodies, int bytes, Aim aim, Consumption consumption) {

    static Shape of(int producers, int consumers, Bodies.Kind bodies, int bytes) {
        return new Shape(producers, consumers, 1, bodies, bytes, Aim.THROUGHPUT, Consumption.streaming());
    }

    Shape withQueues(int count, Consumption how) {
        return new Shape(producers, consumers, count, bodies, bytes, aim, how);
    }

    Shape forLatency() {
        return new Shape(producers, consumers, queues, bodies, bytes, Aim.LATENCY, consumption);
    }
}
