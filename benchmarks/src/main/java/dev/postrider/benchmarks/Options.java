package dev.postrider.benchmarks;

import dev.postrider.benchmarks.broker.BrokerKind;
import dev.postrider.benchmarks.broker.Brokers;
import dev.postrider.benchmarks.workload.Workload;
import dev.postrider.benchmarks.workload.Workloads;
import java.util.Arrays;
import java.util.List;

/** The options of a comparison; see {@link Compare}. */
record Options(
        List<BrokerKind> brokers, List<Workload> workloads, int runs, boolean quick, boolean list, String commandLine) {
    private static final int RUNS = 3;

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException with a message fit for a user
     */
    static Options of(String[] arguments) {
        List<BrokerKind> brokers = Brokers.all();
        List<Workload> workloads = Workloads.all();
        int runs = RUNS;
        boolean quick = false;
        boolean list = false;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--quick" -> quick = true;
                case "--list" -> list = true;
                case "--brokers" ->
                    brokers =
                            values(arguments, ++i).stream().map(Brokers::named).toList();
                case "--workloads" -> workloads = Workloads.named(values(arguments, ++i));
                case "--runs" -> runs = Integer.parseInt(value(arguments, ++i));
                case "--database" -> System.setProperty("postrider.database", value(arguments, ++i));
                default ->
                    throw new IllegalArgumentException("There is no option " + arguments[i]
                            + "; there are --brokers, --workloads, --runs, --quick, --database, --list");
            }
        }
        String commandLine = "benchmarks/run Compare " + String.join(" ", arguments);
        return new Options(brokers, workloads, quick ? 1 : runs, quick, list, commandLine.trim());
    }

    private static List<String> values(String[] arguments, int index) {
        return Arrays.asList(value(arguments, index).split(","));
    }

    private static String value(String[] arguments, int index) {
        if (index >= arguments.length) {
            throw new IllegalArgumentException(arguments[index - 1] + " needs a value");
        }
        return arguments[index];
    }
}
