/** What single classes cost, by JMH: the codec of records, and the dispatcher of a queue. */
package dev.postrider.benchmarks.micro;
