/** What was measured, as a table and a chart. */
package dev.postrider.benchmarks.report;
