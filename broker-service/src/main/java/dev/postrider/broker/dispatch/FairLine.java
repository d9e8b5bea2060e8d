package dev.postrider.broker.dispatch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * A line of what waits for something together, such as the next commit. What goes to one target keeps its order;
 * targets take turns by bytes, so that who floods one of them waits for himself. Deficit round robin (Shreedhar and
 * Varghese, "Efficient Fair Queueing Using Deficit Round Robin", 1995).
 *
 * <p>Not thread-safe.
 *
 * @param <T> what waits
 */
final class FairLine<T> {
    /** What a target may have before the next has its turn. Who is larger waits until so much has been saved up. */
    static final long QUANTUM_BYTES = 64 << 10;

    private final Function<T, Object> target;
    private final ToLongFunction<T> size;
    private final Map<Object, Waiting<T>> byTarget = new HashMap<>();
    /** Whose turn it is comes first. */
    private final Deque<Waiting<T>> turns = new ArrayDeque<>();

    private long bytes;

    /** What goes to one target; never empty. */
    private static final class Waiting<T> {
        private final Object target;
        private final Deque<T> line = new ArrayDeque<>(2);
        private long credit = QUANTUM_BYTES;

        private Waiting(Object target) {
            this.target = target;
        }
    }

    /** Targets are compared by {@code equals}; sizes are bytes, 0 up. */
    FairLine(Function<T, Object> target, ToLongFunction<T> size) {
        this.target = target;
        this.size = size;
    }

    void add(T last) {
        waiting(last).line.addLast(last);
        bytes += size.applyAsLong(last);
    }

    /** Puts one before all others of its target. */
    void addFirst(T first) {
        waiting(first).line.addFirst(first);
        bytes += size.applyAsLong(first);
    }

    private Waiting<T> waiting(T one) {
        return byTarget.computeIfAbsent(target.apply(one), absent -> {
            Waiting<T> waiting = new Waiting<>(absent);
            turns.addLast(waiting);
            return waiting;
        });
    }

    boolean isEmpty() {
        return turns.isEmpty();
    }

    /** Of all that wait. */
    long bytes() {
        return bytes;
    }

    /** The one that {@link #poll} takes; null if none waits. */
    T peek() {
        Waiting<T> next = turns.peek();
        if (next == null) {
            return null;
        }
        while (turns.size() > 1 && size.applyAsLong(next.line.peek()) > next.credit) {
            next.credit += QUANTUM_BYTES;
            turns.addLast(turns.poll());
            next = turns.peek();
        }
        return next.line.peek();
    }

    /** Takes the next; null if none waits. */
    T poll() {
        T taken = peek();
        if (taken != null) {
            Waiting<T> from = turns.peek();
            from.line.poll();
            from.credit = Math.max(0, from.credit - size.applyAsLong(taken));
            bytes -= size.applyAsLong(taken);
            if (from.line.isEmpty()) {
                byTarget.remove(turns.poll().target);
            }
        }
        return taken;
    }

    /** Takes out those that match, those of one target in their order. */
    List<T> removeIf(Predicate<T> condition) {
        List<T> removed = new ArrayList<>();
        for (Waiting<T> waiting : turns) {
            waiting.line.removeIf(one -> condition.test(one) && removed.add(one));
        }
        turns.removeIf(waiting -> waiting.line.isEmpty() && byTarget.remove(waiting.target) != null);
        removed.forEach(one -> bytes -= size.applyAsLong(one));
        return removed;
    }
}
