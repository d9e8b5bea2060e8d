package dev.postrider.benchmarks.profile;

import dev.postrider.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What one run of a workload says of where its time went, as Markdown. */
public final class ProfilePage {
    /** Names of the files in the directory of a profiled run. */
    public static final String CLIENT = "client.jfr";

    public static final String BROKER = "broker.jfr";
    public static final String DATABASE = "database.tsv";

    private static final int ROWS = 14;
    private static final Pattern STATEMENT =
            Pattern.compile("(insert into|update|delete from|from) (\\w+)", Pattern.CASE_INSENSITIVE);

    private ProfilePage() {}

    /** The option of a Java program that records into a file until its end. */
    public static String recorder(String file) {
        return "-XX:StartFlightRecording=settings=profile,filename=" + file;
    }

    /**
     * Sums up.
     *
     * @param figures what the run answered, with when it was measured
     * @param directory with the recordings
     */
    public static String of(Workload workload, Map<String, Double> figures, Path directory) throws IOException {
        Instant from = instant(figures, Workload.FROM);
        Instant to = instant(figures, Workload.TO);
        return "## " + workload.title() + "\n\n"
                + String.format(
                        Locale.ROOT,
                        "%,.0f messages/s; processor time of a message: client %.2f µs, broker %.2f µs, PostgreSQL"
                                + " %.2f µs.%n%n",
                        figures.getOrDefault("perSecond", 0.0),
                        figures.getOrDefault(Workload.CPU_CLIENT, 0.0),
                        figures.getOrDefault(Workload.CPU_SERVER, 0.0),
                        figures.getOrDefault(Workload.CPU_DATABASE, 0.0))
                + "### Client\n\n"
                + Recording.read(directory.resolve(CLIENT), from, to).markdown(ROWS) + "\n"
                + "### Broker\n\n"
                + Recording.read(directory.resolve(BROKER), from, to).markdown(ROWS) + "\n"
                + "### PostgreSQL\n\n" + database(directory.resolve(DATABASE), from, to);
    }

    private static Instant instant(Map<String, Double> figures, String name) {
        return Instant.ofEpochMilli(figures.getOrDefault(name, 0.0).longValue());
    }

    private static String database(Path file, Instant from, Instant to) throws IOException {
        Shares shares = new Shares();
        List<String> lines = Files.readAllLines(file);
        for (String line : lines) {
            String[] columns = line.split("\t", 3);
            Instant at = Instant.ofEpochMilli(Long.parseLong(columns[0]));
            if (at.isAfter(from) && at.isBefore(to)) {
                shares.add((columns[1].equals("-") ? "computes" : columns[1]) + ": " + statement(columns[2]));
            }
        }
        return shares.markdown("an active backend", ROWS);
    }

    private static String statement(String query) {
        Matcher matcher = STATEMENT.matcher(query);
        return matcher.find()
                ? matcher.group().toLowerCase(Locale.ROOT)
                : query.substring(0, Math.min(40, query.length()));
    }
}
