package dev.postrider.system.history;

import java.time.LocalTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What clients did and saw, in the order of one clock, recorded while it happens. A message is known by its text, which
 * its publisher makes unique and uses as its deduplication key. Keeps a few words per message, so that hours of load
 * fit in memory; what can be judged at once is judged at once. Thread-safe.
 */
public final class History {
    private static final long NEVER = Long.MIN_VALUE;
    private static final boolean TRACING = Boolean.getBoolean("rig.trace");

    private final AtomicLong clock = new AtomicLong(System.nanoTime());
    private final Map<String, Message> messages = new ConcurrentHashMap<>();
    private final Set<String> invented = new ConcurrentSkipListSet<>();
    private final Set<String> revived = new ConcurrentSkipListSet<>();
    private final Set<String> doubled = new ConcurrentSkipListSet<>();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger delivered = new AtomicInteger();
    private final AtomicInteger owed = new AtomicInteger();
    private final AtomicInteger duplicated = new AtomicInteger();
    private final AtomicInteger attemptMax = new AtomicInteger();

    /** What is known of one message. Guarded by itself. */
    private static final class Message {
        private long acknowledgedAt = NEVER;
        private long settledAt = NEVER;
        private int deliveries;
        private int idHash;
        private int returns;
        private StringBuffer trace;
    }

    /**
     * A moment, later than all that this history has seen: nanoseconds of {@link System#nanoTime()}, or as few more as
     * it takes.
     */
    public long now() {
        return clock.accumulateAndGet(System.nanoTime(), (last, now) -> Math.max(last + 1, now));
    }

    /** A publisher is about to send these. */
    public void attempted(Collection<String> texts) {
        texts.forEach(text -> messages.putIfAbsent(text, new Message()));
    }

    /** The broker has told the publisher that these are stored. */
    public void acknowledged(Collection<String> texts) {
        long now = now();
        for (String text : texts) {
            Message message = messages.get(text);
            synchronized (message) {
                if (message.acknowledgedAt == NEVER) {
                    message.acknowledgedAt = now;
                    acknowledged.incrementAndGet();
                    if (message.deliveries == 0) {
                        owed.incrementAndGet();
                    }
                }
            }
        }
    }

    /** A consumer that had asked at {@code askedAt} has got this. */
    public void delivered(String text, int attempt, long askedAt) {
        delivered(text, "", attempt, askedAt);
    }

    /**
     * A consumer that had asked at {@code askedAt} has got this.
     *
     * @param id the message's, by which a second copy of the same publish is told from a second delivery
     */
    public void delivered(String text, String id, int attempt, long askedAt) {
        attemptMax.accumulateAndGet(attempt, Math::max);
        Message message = messages.get(text);
        if (message == null) {
            invented.add(text);
            return;
        }
        synchronized (message) {
            message.deliveries++;
            if (message.deliveries == 1) {
                message.idHash = id.hashCode();
                delivered.incrementAndGet();
                if (message.acknowledgedAt != NEVER) {
                    owed.decrementAndGet();
                }
                return;
            }
            if (message.returns > 0) {
                message.returns--;
            } else {
                duplicated.incrementAndGet();
            }
            if (message.idHash != id.hashCode()) {
                doubled.add(text);
            }
            if (message.settledAt != NEVER && askedAt > message.settledAt) {
                revived.add(text);
            }
        }
    }

    /** The broker has told a consumer that this one is settled. */
    public void settled(String text) {
        Message message = messages.get(text);
        if (message != null) {
            synchronized (message) {
                if (message.settledAt == NEVER) {
                    message.settledAt = now();
                }
            }
        }
    }

    /** A consumer wants to see this one again: it has returned it, or lets its lease run out. */
    public void returned(String text) {
        Message message = messages.get(text);
        if (message != null) {
            synchronized (message) {
                message.returns++;
            }
        }
    }

    /**
     * Remembers what happened to one message, if {@code -Drig.trace=true} asks for it: it takes a lot of memory.
     *
     * @param event with where and by what receipt
     */
    public void trace(String text, String event) {
        Message message = TRACING ? messages.get(text) : null;
        if (message != null) {
            synchronized (message) {
                if (message.trace == null) {
                    message.trace = new StringBuffer();
                }
                message.trace
                        .append("\n    ")
                        .append(LocalTime.now())
                        .append(' ')
                        .append(event);
            }
        }
    }

    /** What was remembered of those that nobody should have got. */
    public String traces() {
        StringBuilder all = new StringBuilder();
        revived.forEach(text -> describe(text, messages.get(text), all));
        return all.toString();
    }

    /** What was remembered of those that were delivered, and that no broker has said to be settled. */
    public String unsettled() {
        StringBuilder all = new StringBuilder();
        messages.forEach((text, message) -> {
            if (message.deliveries > 0 && message.settledAt == NEVER) {
                describe(text, message, all);
            }
        });
        return all.toString();
    }

    private static void describe(String text, Message message, StringBuilder all) {
        synchronized (message) {
            all.append("\n  ").append(text).append(message.trace == null ? "" : message.trace);
        }
    }

    /** How many the broker has said to have stored. */
    public int acknowledgedCount() {
        return acknowledged.get();
    }

    /** How many different ones consumers have got. */
    public int deliveredCount() {
        return delivered.get();
    }

    /** How many deliveries there were beyond the first of each message that no consumer had asked for. */
    public int duplicatedCount() {
        return duplicated.get();
    }

    /** The highest attempt that a delivery has said. */
    public int attemptMax() {
        return attemptMax.get();
    }

    /** True if all that was acknowledged has been delivered. */
    public boolean isDelivered() {
        return owed.get() == 0;
    }

    /** Those that were acknowledged from one moment to before another, and of which nothing has come. */
    public Set<String> owed(long from, long to) {
        Set<String> owing = new TreeSet<>();
        if (owed.get() > 0) {
            messages.forEach((text, message) -> {
                synchronized (message) {
                    boolean asked = message.acknowledgedAt >= from && message.acknowledgedAt < to;
                    if (asked && message.deliveries == 0 && message.acknowledgedAt != NEVER) {
                        owing.add(text);
                    }
                }
            });
        }
        return owing;
    }

    /** Those that were settled from one moment to before another, and handed out again after that. */
    public Set<String> revived(long from, long to) {
        Set<String> within = new TreeSet<>();
        for (String text : revived) {
            Message message = messages.get(text);
            synchronized (message) {
                if (message.settledAt >= from && message.settledAt < to) {
                    within.add(text);
                }
            }
        }
        return within;
    }

    int attemptedCount() {
        return messages.size();
    }

    Set<String> invented() {
        return Set.copyOf(invented);
    }

    Set<String> revived() {
        return Set.copyOf(revived);
    }

    Set<String> doubled() {
        return Set.copyOf(doubled);
    }

    /** Everything wrong so far that more waiting will not mend, in words; empty if all is well. */
    public List<String> faults() {
        Verdict verdict = Verdict.of(this);
        return verdict.faultsBeyondLoss();
    }
}
