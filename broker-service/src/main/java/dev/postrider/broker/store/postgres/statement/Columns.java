package dev.postrider.broker.store.postgres.statement;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/** Turns a list of things into the arrays that {@code unnest} takes, a column each, and reads nullable values. */
final class Columns {
    private Columns() {}

    static <T> Integer[] ints(Collection<T> rows, ToIntFunction<T> column) {
        return rows.stream().map(column::applyAsInt).toArray(Integer[]::new);
    }

    static <T> Long[] longs(Collection<T> rows, ToLongFunction<T> column) {
        return rows.stream().map(column::applyAsLong).toArray(Long[]::new);
    }

    static <T> Boolean[] booleans(Collection<T> rows, Predicate<T> column) {
        return rows.stream().map(column::test).toArray(Boolean[]::new);
    }

    static <T> String[] texts(Collection<T> rows, Function<T, String> column) {
        return rows.stream().map(column).toArray(String[]::new);
    }

    static <T> Buffer[] bytes(Collection<T> rows, Function<T, byte[]> column) {
        return rows.stream().map(column).map(Columns::buffer).toArray(Buffer[]::new);
    }

    static Long[] longs(Collection<Long> values) {
        return values.toArray(Long[]::new);
    }

    static Integer[] ints(Collection<Integer> values) {
        return values.toArray(Integer[]::new);
    }

    /** Wraps, does not copy. Null stays null. */
    @SuppressWarnings("deprecation") // The copying factories are the only others before Vert.x 5.
    static Buffer buffer(byte[] bytes) {
        return bytes == null ? null : Buffer.buffer(Unpooled.wrappedBuffer(bytes));
    }

    static byte[] bytes(Row row, int column) {
        Buffer value = row.getBuffer(column);
        return value == null ? null : value.getBytes();
    }

    static long orZero(Row row, int column) {
        Long value = row.getLong(column);
        return value == null ? 0 : value;
    }

    static List<Integer> ints(Iterable<Row> rows) {
        var ids = new ArrayList<Integer>();
        rows.forEach(row -> ids.add(row.getInteger(0)));
        return ids;
    }

    static List<Long> longs(Iterable<Row> rows) {
        var ids = new ArrayList<Long>();
        rows.forEach(row -> ids.add(row.getLong(0)));
        return ids;
    }
}
