/**
 * Who gets which record when: leases, attempts and credit of one queue on one broker. Plain Java without clock,
 * thread or I/O: time comes in as an argument, and what is to be done goes out as values.
 */
package dev.postrider.broker.delivery;
