package dev.postrider.system.hostile;

import dev.postrider.system.process.BrokerProcess;
import dev.postrider.system.process.Eventually;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Attacks a broker in one way after the other, and prints a line for each. */
public final class Siege implements AutoCloseable {
    private static final Duration CALM = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LOOKS_MAX = 60;
    private static final long SETTLED_BYTES = 4 << 20;
    private static final String LINE = "%-44s | %11s | %6s %6s %6s MB | %6s MB | %-22s | %-22s | %s%n";

    /**
     * What one attack did.
     *
     * @param heapBefore live bytes before it
     * @param heapHeld live bytes while it lasted, 0 if it did not say when to look
     * @param heapAfter live bytes after its clients were gone
     * @param residentMax the process's largest resident size seen
     * @param answers how often which status, or what else, came
     */
    public record Result(
            String name,
            int connections,
            long heapBefore,
            long heapHeld,
            long heapAfter,
            long residentMax,
            Map<String, Integer> answers,
            Prober.Figures calm,
            Prober.Figures during) {

        /** What the heap has grown by. */
        public long heapGrowth() {
            return heapAfter - heapBefore;
        }

        /** How many answers say that the broker failed, rather than that it is busy. */
        public int brokenAnswers() {
            return answers.entrySet().stream()
                    .filter(answer -> answer.getKey().matches("5\\d\\d")
                            && !answer.getKey().equals("503")
                            && !answer.getKey().equals("501"))
                    .mapToInt(Map.Entry::getValue)
                    .sum();
        }
    }

    /** An attack. It returns when it is over; what it opened is closed then. */
    @FunctionalInterface
    public interface Attack {
        void run(Front front) throws Exception;
    }

    /** What an attack works with. Safe for several threads. */
    public final class Front {
        private final List<Peer> open = Collections.synchronizedList(new ArrayList<>());
        private final Map<String, Integer> answers = new TreeMap<>();
        private volatile long heapHeld;

        public Peer open() throws IOException {
            return keep(Peer.connect(broker.port()));
        }

        /** Opens a connection with a small receive buffer, so that it is full soon. */
        public Peer openNarrow() throws IOException {
            return keep(Peer.connect(broker.port(), 4096));
        }

        private Peer keep(Peer peer) {
            open.add(peer);
            return peer;
        }

        public synchronized void count(String answer) {
            answers.merge(answer, 1, Integer::sum);
        }

        /** Lets {@code time} pass, looks what the broker holds, and counts whom it has closed meanwhile. */
        public void hold(Duration time) {
            Eventually.pause(time);
            heapHeld = vitals.liveHeapBytes();
        }

        /** Counts which of the connections the broker has closed. */
        public void countClosed() {
            for (Peer peer : List.copyOf(open)) {
                count(peer.isClosedByBroker() ? "closed" : "open");
            }
        }

        private void close() {
            for (Peer peer : List.copyOf(open)) {
                try {
                    peer.close();
                } catch (IOException e) {
                    count("not closed");
                }
            }
        }
    }

    private final BrokerProcess broker;
    private final Vitals vitals;
    private final Prober prober;
    private final PrintStream out;

    /** @param broker must run */
    public Siege(BrokerProcess broker, PrintStream out) {
        this.broker = broker;
        this.vitals = new Vitals(broker.pid());
        this.prober = new Prober(broker.api());
        this.out = out;
        Eventually.pause(CALM);
        out.printf(
                LINE,
                "attack",
                "connections",
                "before",
                "held",
                "after",
                "RSS",
                "prober calm p50/p99",
                "during",
                "answers");
    }

    /** Runs an attack and prints its line. */
    public Result run(String name, Attack attack) throws Exception {
        long before = vitals.liveHeapBytes();
        var unused = prober.take();
        Eventually.pause(CALM);
        Prober.Figures calm = prober.take();
        Front front = new Front();
        Resident resident = new Resident(vitals);
        try {
            attack.run(front);
            Eventually.that("another client was answered meanwhile", PATIENCE, prober::hasProbed);
        } finally {
            resident.stop();
        }
        Prober.Figures during = prober.take();
        front.close();
        Eventually.pause(CALM);
        Result result = new Result(
                name,
                front.open.size(),
                before,
                front.heapHeld,
                heapOnceGone(before),
                resident.max(),
                front.answers,
                calm,
                during);
        print(result);
        return result;
    }

    /**
     * What is held of clients that are gone may take a while to go: a peer that is not read is not seen to leave, and
     * waits for room that others like it are holding until it is refused.
     */
    private long heapOnceGone(long before) {
        long bytes = vitals.liveHeapBytes();
        for (int looks = 0; looks < LOOKS_MAX && bytes - before > SETTLED_BYTES; looks++) {
            Eventually.pause(CALM);
            bytes = vitals.liveHeapBytes();
        }
        return bytes;
    }

    private void print(Result result) {
        out.printf(
                LINE,
                result.name(),
                result.connections(),
                megabytes(result.heapBefore()),
                megabytes(result.heapHeld()),
                megabytes(result.heapAfter()),
                result.residentMax() >> 20,
                result.calm(),
                result.during()
                        + (result.during().failures() > 0
                                ? " " + result.during().failures() + " failed"
                                : ""),
                result.answers());
        out.flush();
    }

    private static String megabytes(long bytes) {
        return bytes == 0 ? "" : String.format(Locale.ROOT, "%.1f", bytes / 1e6);
    }

    @Override
    public void close() {
        prober.close();
    }

    /** Watches the resident size. */
    private static final class Resident {
        private static final Duration STEP = Duration.ofMillis(100);
        private final Thread thread;
        private volatile boolean stopped;
        private volatile long max;

        Resident(Vitals vitals) {
            thread = new Thread(() -> {
                while (!stopped) {
                    max = Math.max(max, vitals.residentBytes());
                    Eventually.pause(STEP);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        void stop() {
            stopped = true;
        }

        long max() {
            return max;
        }
    }
}
