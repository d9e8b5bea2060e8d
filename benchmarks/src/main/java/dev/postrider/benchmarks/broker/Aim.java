package dev.postrider.benchmarks.broker;

/** What a client's settings are chosen for, where one client cannot be at its best in both. */
public enum Aim {
    THROUGHPUT,
    LATENCY
}
