package dev.postrider.benchmarks.features;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/** One thing that is measured, bounded in time, on brokers and a database of its own. */
public interface Part {

    /** All of them, in the order in which they run. */
    static List<Part> all() {
        return List.of(
                new ScheduledPart(),
                new RatePart(),
                new OrderingPart(),
                new FanOutPart(),
                new KeysPart(),
                new KilledFanOutPart(),
                new RelaxedPart(),
                new FairnessPart());
    }

    /** As it is called on the command line. */
    String name();

    /** Measures, and writes a row for each case. */
    void run(Effort effort, Sheet sheet) throws IOException, SQLException;
}
