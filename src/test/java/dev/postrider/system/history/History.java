package dev.postrider.system.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What clients did and saw, in the order of one clock, recorded while it happens. A message is known by its text, which
 * its publisher makes unique. Thread-safe.
 */
public final class History {
    private final AtomicLong clock = new AtomicLong();
    private final Set<String> attempted = ConcurrentHashMap.newKeySet();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Map<String, List<Delivery>> delivered = new ConcurrentHashMap<>();
    private final Map<String, Long> settled = new ConcurrentHashMap<>();

    /**
     * One delivery of a message.
     *
     * @param askedAt when the consumer had asked for messages
     * @param attempt what the broker said
     */
    record Delivery(long askedAt, int attempt) {}

    /** A moment, later than all that this history has seen. */
    public long now() {
        return clock.incrementAndGet();
    }

    /** A publisher is about to send these. */
    public void attempted(Collection<String> texts) {
        attempted.addAll(texts);
    }

    /** The broker has told the publisher that these are stored. */
    public void acknowledged(Collection<String> texts) {
        acknowledged.addAll(texts);
    }

    /** A consumer that had asked at {@code askedAt} has got this. */
    public void delivered(String text, int attempt, long askedAt) {
        delivered
                .computeIfAbsent(text, any -> java.util.Collections.synchronizedList(new ArrayList<>()))
                .add(new Delivery(askedAt, attempt));
    }

    /** The broker has told a consumer that this one is settled. */
    public void settled(String text) {
        settled.putIfAbsent(text, now());
    }

    /** How many the broker has said to have stored. */
    public int acknowledgedCount() {
        return acknowledged.size();
    }

    /** How many different ones consumers have got. */
    public int deliveredCount() {
        return delivered.size();
    }

    /** True if all that was acknowledged has been delivered. */
    public boolean isDelivered() {
        return delivered.keySet().containsAll(acknowledged);
    }

    Set<String> attempted() {
        return attempted;
    }

    Set<String> acknowledged() {
        return acknowledged;
    }

    Map<String, List<Delivery>> delivered() {
        return delivered;
    }

    Map<String, Long> settled() {
        return settled;
    }
}
