/** The words that every part of Postrider shares: names, durations, receipts, problem codes. No I/O, no framework. */
package dev.postrider.protocol;
