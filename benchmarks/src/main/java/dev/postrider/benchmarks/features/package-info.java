/** What queues and topics promise beside speed, measured on several brokers, some of them killed meanwhile. */
package dev.postrider.benchmarks.features;
