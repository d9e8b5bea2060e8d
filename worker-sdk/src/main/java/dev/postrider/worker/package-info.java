/**
 * Workers: a handler for the messages of a queue, with leases kept alive, retries, dead letters and an orderly stop.
 */
package dev.postrider.worker;
