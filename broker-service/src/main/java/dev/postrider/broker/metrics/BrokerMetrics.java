package dev.postrider.broker.metrics;

import dev.postrider.broker.event.BrokerListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Counts what the broker does. {@value #QUEUES_MAX} queues have meters of their own, the rest share one under the name
 * {@code _other}: queues are the clients' to make, and time series are not free. The meters of a deleted queue go, and
 * those of a queue that did nothing for {@value #UNUSED_MINUTES} minutes when another needs the place.
 */
@Singleton
public final class BrokerMetrics implements BrokerListener {
    private static final int QUEUES_MAX = 200;
    private static final int UNUSED_MINUTES = 60;
    private static final String OTHER = "_other";

    private final MeterRegistry registry;
    private final LongSupplier nanoTime;
    /** The one longest unused comes first. */
    private final Map<String, QueueMeters> queues = new LinkedHashMap<>(16, 0.75f, true);

    private QueueMeters others;
    private final Timer commits;
    private final Timer claims;
    private final DistributionSummary publishesPerCommit;
    private final Counter failedCommits;
    private final AtomicLong horizonMillis = new AtomicLong();
    private final AtomicLong horizonTransactions = new AtomicLong();

    @Inject
    BrokerMetrics(MeterRegistry registry) {
        this(registry, System::nanoTime);
    }

    BrokerMetrics(MeterRegistry registry, LongSupplier nanoTime) {
        this.registry = registry;
        this.nanoTime = nanoTime;
        this.commits = Timer.builder("postrider.commit")
                .description("From the gathering of a commit to its answer")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        this.claims = Timer.builder("postrider.claim")
                .description("From asking the database for deliveries to its answer")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        this.publishesPerCommit = DistributionSummary.builder("postrider.commit.publishes")
                .description("Publish calls that one commit answered")
                .register(registry);
        this.failedCommits = Counter.builder("postrider.commit.failures")
                .description("Commits that failed, or whose outcome is not known")
                .register(registry);
        Gauge.builder("postrider.database.horizon", horizonMillis, millis -> millis.get() / 1_000.0)
                .baseUnit("seconds")
                .description("Age of the oldest snapshot somebody holds: rows that died since cannot be reclaimed")
                .register(registry);
        Gauge.builder("postrider.database.horizon.transactions", horizonTransactions, AtomicLong::get)
                .description("Transactions begun since the oldest snapshot that somebody or a replication slot holds")
                .register(registry);
    }

    @Override
    public void published(String queue, int messages) {
        meters(queue).published.increment(messages);
    }

    @Override
    public void delivered(String queue, int messages) {
        meters(queue).delivered.increment(messages);
    }

    @Override
    public void settled(String queue, Ending ending, int messages) {
        meters(queue).settled.get(ending).increment(messages);
    }

    @Override
    public void committed(int publishes, int settlements, long millis) {
        commits.record(millis, TimeUnit.MILLISECONDS);
        publishesPerCommit.record(publishes);
    }

    @Override
    public void claimed(int deliveries, long nanos) {
        claims.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void commitFailed() {
        failedCommits.increment();
    }

    @Override
    public void horizon(long ageMillis, long transactions) {
        horizonMillis.set(ageMillis);
        horizonTransactions.set(transactions);
    }

    @Override
    public void deleted(String queue) {
        QueueMeters gone = queues.remove(queue);
        if (gone != null) {
            gone.remove(registry);
        }
    }

    private QueueMeters meters(String queue) {
        long now = nanoTime.getAsLong();
        QueueMeters known = queues.get(queue);
        if (known == null) {
            if (queues.size() >= QUEUES_MAX && !makeRoom(now)) {
                return others();
            }
            known = new QueueMeters(registry, queue);
            queues.put(queue, known);
        }
        known.usedNanos = now;
        return known;
    }

    private QueueMeters others() {
        if (others == null) {
            others = new QueueMeters(registry, OTHER);
        }
        return others;
    }

    private boolean makeRoom(long now) {
        Map.Entry<String, QueueMeters> eldest = queues.entrySet().iterator().next();
        if (now - eldest.getValue().usedNanos < TimeUnit.MINUTES.toNanos(UNUSED_MINUTES)) {
            return false;
        }
        deleted(eldest.getKey());
        return true;
    }

    /** The meters of one queue. */
    private static final class QueueMeters {
        private final Counter published;
        private final Counter delivered;
        private final Map<Ending, Counter> settled = new EnumMap<>(Ending.class);
        private long usedNanos;

        QueueMeters(MeterRegistry registry, String queue) {
            published = counter(registry, "postrider.messages.published", "Messages stored", queue);
            delivered = counter(registry, "postrider.messages.delivered", "Messages handed to consumers", queue);
            for (Ending ending : Ending.values()) {
                String name = "postrider.messages."
                        + ending.name().toLowerCase(Locale.ROOT).replace('_', '.');
                settled.put(ending, counter(registry, name, "Messages whose handing-out ended so", queue));
            }
        }

        void remove(MeterRegistry registry) {
            registry.remove(published);
            registry.remove(delivered);
            settled.values().forEach(registry::remove);
        }

        private static Counter counter(MeterRegistry registry, String name, String description, String queue) {
            return Counter.builder(name)
                    .description(description)
                    .tag("queue", queue)
                    .register(registry);
        }
    }
}
