/** Where the time of a workload goes: flight recordings of client and broker, and samples of PostgreSQL. */
package dev.postrider.benchmarks.profile;
