package dev.postrider.benchmarks.features;

import java.io.PrintStream;
import java.util.Locale;

/** A Markdown table that grows a row for each case as soon as it is measured. Used by one thread. */
public final class Sheet {
    private final PrintStream out;

    /** Writes to {@code out}. */
    public Sheet(PrintStream out) {
        this.out = out;
    }

    /** The head of the table. */
    public void head() {
        out.println("| part | case | measured | lost | invented | repeated | refused |");
        out.println("| --- | --- | --- | --- | --- | --- | --- |");
    }

    void row(String part, String what, String measured, Tally tally) {
        row(part, what, measured, tally, tally.lost());
    }

    /** With another count of the lost ones, where not all are meant to come. */
    void row(String part, String what, String measured, Tally tally, long lost) {
        out.println("| " + part + " | " + what + " | " + measured + " | " + bad(lost) + " | " + bad(tally.invented())
                + " | " + tally.repeated() + " | " + tally.refused() + " |");
        out.flush();
    }

    /** A part that could not be measured to its end. */
    public void failed(String part, Throwable cause) {
        String message = String.valueOf(cause).replace('\n', ' ').replace('|', '/');
        out.println("| " + part + " | **failed** | " + message + " | | | | |");
        out.flush();
    }

    private static String bad(long count) {
        return count == 0 ? "0" : "**" + count + "**";
    }

    /** Text with figures in it, the same on every machine. */
    static String text(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
