/** What a queue promises: definitions without clock, thread or I/O. */
package dev.postrider.broker.queue;
