package dev.postrider.benchmarks.features;

import dev.postrider.client.PostriderClient;
import dev.postrider.client.QueueOptions;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A million messages, each with a key of its own, through an ordered queue and through one without order. */
final class KeysPart implements Part {
    private static final int MESSAGES = 1_000_000;
    private static final int BODY_BYTES = 100;
    private static final int PREFETCH = 5_000;
    private static final Duration FILL_LIMIT = Duration.ofSeconds(60);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(90);
    private static final String HEAP = "jvm_memory_used_bytes{area=\"heap\"";

    @Override
    public String name() {
        return "keys";
    }

    @Override
    public void run(Effort effort, Sheet sheet) throws IOException, SQLException {
        for (String ordering : new String[] {"none", "key"}) {
            try (Replicas replicas = Replicas.start(1)) {
                measure(replicas, ordering, 100_000, new Sheet(System.err));
                measure(replicas, ordering, effort.messages(MESSAGES), sheet);
            }
        }
    }

    private void measure(Replicas replicas, String ordering, int messages, Sheet sheet) throws SQLException {
        String queue = "keys-" + ordering + "-" + messages;
        replicas.putQueue(queue, QueueOptions.defaults().withOrdering(ordering));
        PostriderClient producer = replicas.client(0);
        PostriderClient consumer = replicas.client(0);
        Tally tally = new Tally();
        AtomicLong key = new AtomicLong();
        double rowsBefore = replicas.rows();
        long begin = System.nanoTime();
        Outlet.to(tally, BODY_BYTES, message -> producer.publish(queue, message))
                .fast(FILL_LIMIT, messages, Long.MAX_VALUE, message -> message.withKey("key-" + key.getAndIncrement()));
        tally.awaitAnswers(FILL_LIMIT);
        double published = tally.stored() * 1e9 / (System.nanoTime() - begin);
        double rows = (replicas.rows() - rowsBefore) / Math.max(1, tally.stored());
        Tally.Mark consuming = tally.mark();
        new Inlet(tally).open(consumer, queue, PREFETCH);
        double heap = heapUntilAllCame(replicas, tally);
        double consumed = tally.settledPerSecondSince(consuming);
        String measured = Sheet.text(
                "in %,.0f/s, then out %,.0f/s; %.4f rows each key; heap at most %,.0f MB",
                published, consumed, rows, heap / 1e6);
        sheet.row(name(), Sheet.text("%,d keys, ordering %s", messages, ordering), measured, tally);
        consumer.close();
        producer.close();
    }

    /** The most that was used of the heap meanwhile, garbage included. */
    private static double heapUntilAllCame(Replicas replicas, Tally tally) {
        long end = System.nanoTime() + DRAIN_LIMIT.toNanos();
        double most = 0;
        while (tally.received() < tally.stored() && System.nanoTime() < end) {
            most = Math.max(most, replicas.broker(0).metric(HEAP));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
        tally.awaitAll(Duration.ofSeconds(10));
        return most;
    }
}
