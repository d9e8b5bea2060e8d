package dev.postrider.benchmarks;

import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/** Runs the JMH benchmarks; takes the arguments of JMH, for instance a part of a name, {@code -prof gc}. */
public final class Micro {
    private Micro() {}

    public static void main(String[] arguments) throws RunnerException, CommandLineOptionException {
        new Runner(new CommandLineOptions(arguments)).run();
    }
}
