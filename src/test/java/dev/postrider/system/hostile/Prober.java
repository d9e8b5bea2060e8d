package dev.postrider.system.hostile;

import dev.postrider.system.process.BrokerApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** An honest client beside the hostile ones: publishes, receives and acknowledges fifty times a second. */
public final class Prober implements AutoCloseable {
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final String QUEUE = "prober";

    /**
     * What it saw.
     *
     * @param failures calls that were refused or not answered
     */
    public record Figures(int probes, int failures, double p50Millis, double p99Millis) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.1f / %.1f ms", p50Millis, p99Millis);
        }
    }

    private final BrokerApi api;
    private final Thread thread = new Thread(this::run, "prober");
    private List<Long> nanos = new ArrayList<>();
    private int failures;
    private volatile boolean closed;

    public Prober(BrokerApi api) {
        this.api = api;
        api.putQueue(QUEUE, "{}");
        thread.setDaemon(true);
        thread.start();
    }

    /** The figures since the last call. */
    public synchronized Figures take() {
        List<Long> sorted = nanos.stream().sorted().toList();
        Figures figures = new Figures(sorted.size(), failures, at(sorted, 0.5), at(sorted, 0.99));
        nanos = new ArrayList<>();
        failures = 0;
        return figures;
    }

    /** True if a probe has ended since the last {@link #take}. */
    synchronized boolean hasProbed() {
        return !nanos.isEmpty();
    }

    private static double at(List<Long> sorted, double part) {
        return sorted.isEmpty() ? Double.NaN : sorted.get((int) (part * (sorted.size() - 1))) / 1e6;
    }

    private void run() {
        long next = System.nanoTime();
        while (!closed) {
            long begin = System.nanoTime();
            boolean good = probe();
            note(System.nanoTime() - begin, good);
            next = Math.max(next + PERIOD_NANOS, System.nanoTime());
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private boolean probe() {
        try {
            api.publish(QUEUE, "probe", java.util.Map.of()).expect(201);
            List<String> receipts = BrokerApi.receipts(api.receive(QUEUE, 10, "5s"));
            return !receipts.isEmpty()
                    && api.ack(QUEUE, receipts).path("settled").asInt() == receipts.size();
        } catch (BrokerApi.Unanswered | AssertionError e) {
            return false;
        }
    }

    private synchronized void note(long took, boolean good) {
        nanos.add(took);
        failures += good ? 0 : 1;
    }

    @Override
    public void close() {
        closed = true;
    }
}
