package dev.postrider.benchmarks;

import dev.postrider.benchmarks.features.Effort;
import dev.postrider.benchmarks.features.Part;
import dev.postrider.benchmarks.features.Sheet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What queues and topics do beside carrying messages fast: order, limits, due times, copies, fairness, each as a row or
 * more of one Markdown table. Names of parts as arguments choose among them, {@code --short} makes them so short that
 * the figures are worth nothing, {@code --list} says which there are.
 */
public final class Features {
    private static final String SHORT = "--short";
    private static final String LIST = "--list";

    private Features() {}

    public static void main(String[] arguments) {
        List<String> names = new ArrayList<>(Arrays.asList(arguments));
        boolean brief = names.remove(SHORT);
        List<String> known = Part.all().stream().map(Part::name).toList();
        if (names.remove(LIST)) {
            known.forEach(System.out::println);
            return;
        }
        if (!known.containsAll(names)) {
            System.err.println("There are " + String.join(", ", known) + ", and " + SHORT + ", " + LIST);
            System.exit(2);
        }
        System.exit(run(names, new Effort(brief)) ? 0 : 1);
    }

    /** True if every part came to its end. */
    private static boolean run(List<String> names, Effort effort) {
        StolenTime stolen = new StolenTime();
        Sheet sheet = new Sheet(System.out);
        sheet.head();
        boolean complete = true;
        for (Part part : Part.all()) {
            if (!names.isEmpty() && !names.contains(part.name())) {
                continue;
            }
            long begin = System.nanoTime();
            try {
                part.run(effort, sheet);
            } catch (Exception e) {
                e.printStackTrace();
                sheet.failed(part.name(), e);
                complete = false;
            }
            System.err.printf(
                    "%s took %d s, CPU stolen %.0f %%%n",
                    part.name(), (System.nanoTime() - begin) / 1_000_000_000, stolen.percentSinceLast());
        }
        return complete;
    }
}
