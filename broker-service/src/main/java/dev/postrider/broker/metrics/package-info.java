/** Turns facts into meters; the only user of Micrometer. */
package dev.postrider.broker.metrics;
