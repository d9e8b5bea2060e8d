/** Programs that measure the packaged broker as its users drive it. Each prints a table for {@code RESULTS.md}. */
package dev.postrider.benchmarks;
