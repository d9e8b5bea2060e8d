package dev.postrider.broker.store.postgres.statement;

import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * Rows that a statement takes as parameters, as an item of its FROM: a single row as {@code values}, several as arrays
 * for {@code unnest}, a column each. For a single row that spares PostgreSQL the arrays and the scan of a function, and
 * its key is compared with parameters themselves, so that all slices but one are pruned before they are opened.
 *
 * @param <T> what makes a row
 */
final class ParameterRows<T> {
    private final String alias;
    private final List<Column<T>> columns = new ArrayList<>();

    /**
     * @param value null: NULL
     */
    private record Column<T>(String name, String type, Function<T, Object> value, Function<List<T>, Object> values) {}

    /** Without columns yet. */
    ParameterRows(String alias) {
        this.alias = alias;
    }

    ParameterRows<T> longs(String name, ToLongFunction<T> column) {
        return with(name, "bigint", column::applyAsLong, rows -> Columns.longs(rows, column));
    }

    ParameterRows<T> ints(String name, ToIntFunction<T> column) {
        return with(name, "int", column::applyAsInt, rows -> Columns.ints(rows, column));
    }

    ParameterRows<T> booleans(String name, Predicate<T> column) {
        return with(name, "boolean", column::test, rows -> Columns.booleans(rows, column));
    }

    /** Nullable bytes, which are not copied. */
    ParameterRows<T> bytes(String name, Function<T, byte[]> column) {
        return with(name, "bytea", row -> Columns.buffer(column.apply(row)), rows -> Columns.bytes(rows, column));
    }

    private ParameterRows<T> with(
            String name, String type, Function<T, Object> value, Function<List<T>, Object> values) {
        columns.add(new Column<>(name, type, value, values));
        return this;
    }

    /** How many parameters these are. */
    int parameters() {
        return columns.size();
    }

    /**
     * The item of FROM.
     *
     * @param single whether it is exactly one row
     * @param first number of the first parameter
     */
    String from(boolean single, int first) {
        List<String> places = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Column<T> column : columns) {
            places.add("$" + (first + places.size()) + "::" + column.type + (single ? "" : "[]"));
            names.add(column.name);
        }
        String rows = String.join(", ", places);
        return (single ? "(values (" + rows + "))" : "unnest(" + rows + ")") + " as " + alias + " ("
                + String.join(", ", names) + ")";
    }

    /** Adds what {@link #from} expects, for a single row if there is just one. */
    void addTo(Tuple parameters, List<T> rows) {
        boolean single = rows.size() == 1;
        for (Column<T> column : columns) {
            parameters.addValue(single ? column.value.apply(rows.get(0)) : column.values.apply(rows));
        }
    }
}
