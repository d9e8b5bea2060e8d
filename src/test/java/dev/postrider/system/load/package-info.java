/** Clients of our own over several brokers, that carry on through every failure and record what they saw. */
package dev.postrider.system.load;
