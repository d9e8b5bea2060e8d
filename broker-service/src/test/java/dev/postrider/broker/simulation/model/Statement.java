package dev.postrider.broker.simulation.model;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Transactions of a single statement. */
final class Statement {
    private Statement() {}

    /** One that changes or reads everything at the instant of its commit. */
    static <T> Exchange<T> of(String name, Supplier<T> statement) {
        return new Exchange<>() {
            @Override
            public long number() {
                return name.hashCode();
            }

            @Override
            public String toString() {
                return name;
            }

            @Override
            public T end() {
                return statement.get();
            }
        };
    }

    /** One that locks rows, skipping those that are locked, and changes them when it is committed. */
    static <T> Exchange<T> skippingLocked(
            String name, Supplier<List<Row>> pick, Function<List<Row>, T> change, Consumer<List<Row>> unlock) {
        return new Exchange<>() {
            private List<Row> picked = List.of();
            private List<Row> changed = List.of();

            @Override
            public long number() {
                long number = name.hashCode();
                for (Row row : changed) {
                    number = number * 31 + row.key.chunkId() + row.key.first();
                }
                return number;
            }

            @Override
            public String toString() {
                return name + changed;
            }

            @Override
            public boolean begin() {
                picked = pick.get();
                return true;
            }

            @Override
            public T end() {
                changed = picked;
                picked = List.of();
                return change.apply(changed);
            }

            @Override
            public void abort() {
                unlock.accept(picked);
                picked = List.of();
            }
        };
    }
}
