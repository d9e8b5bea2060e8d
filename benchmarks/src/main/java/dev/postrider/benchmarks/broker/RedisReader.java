package dev.postrider.benchmarks.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import redis.clients.jedis.Protocol.Command;

/**
 * Reads streams as a member of their group. What one turn took is settled at the beginning of the next, in one
 * pipeline with its read; it waits at the server only when there is nothing to settle.
 */
final class RedisReader {
    private static final int BEST_COUNT = 1_000;
    private static final byte[] ONLY_NEW = RedisLink.bytes(">");
    private static final byte[] WAIT_MILLIS = RedisLink.bytes("200");

    private final RedisLink link;
    private final byte[] group;
    private final Consumption consumption;
    private final Deliveries deliveries;
    private final byte[][] readNow;
    private final byte[][] readOrWait;
    private List<Taken> unsettled = new ArrayList<>();

    RedisReader(RedisLink link, byte[] group, List<String> queues, Consumption consumption, Deliveries deliveries) {
        this.link = link;
        this.group = group;
        this.consumption = consumption;
        this.deliveries = deliveries;
        byte[] consumer = RedisLink.bytes(UUID.randomUUID().toString());
        List<byte[]> beginning = List.of(
                RedisLink.bytes("GROUP"),
                group,
                consumer,
                RedisLink.bytes("COUNT"),
                RedisLink.bytes(Integer.toString(consumption.creditOr(BEST_COUNT))));
        List<byte[]> end = new ArrayList<>();
        end.add(RedisLink.bytes("STREAMS"));
        queues.forEach(queue -> end.add(RedisLink.bytes(queue)));
        queues.forEach(queue -> end.add(ONLY_NEW));
        this.readNow = arguments(beginning, List.of(), end);
        this.readOrWait = arguments(beginning, List.of(RedisLink.bytes("BLOCK"), WAIT_MILLIS), end);
    }

    /** Messages of one stream, to be settled. */
    private record Taken(byte[] stream, List<byte[]> ids) {}

    private static byte[][] arguments(List<byte[]> beginning, List<byte[]> middle, List<byte[]> end) {
        List<byte[]> all = new ArrayList<>(beginning);
        all.addAll(middle);
        all.addAll(end);
        return all.toArray(byte[][]::new);
    }

    boolean take() {
        Object streams = unsettled.isEmpty() ? link.call(Command.XREADGROUP, readOrWait) : settleAndRead();
        unsettled = new ArrayList<>();
        if (streams instanceof List<?> list) {
            list.forEach(stream -> receive((List<?>) stream));
        }
        return true;
    }

    private Object settleAndRead() {
        int settled = 0;
        for (Taken taken : unsettled) {
            settled += taken.ids().size();
            if (consumption.settleAlone()) {
                taken.ids().forEach(id -> settle(taken.stream(), List.of(id)));
            } else {
                settle(taken.stream(), taken.ids());
            }
        }
        link.send(Command.XREADGROUP, readNow);
        List<Object> answers = link.answers();
        deliveries.settled(settled);
        return answers.get(answers.size() - 1);
    }

    private void settle(byte[] stream, List<byte[]> ids) {
        link.send(Command.XACK, arguments(List.of(stream, group), List.of(), ids));
        link.send(Command.XDEL, arguments(List.of(stream), List.of(), ids));
    }

    /** A stream is its name and its entries; an entry is its id and its fields, each a name and a value. */
    private void receive(List<?> stream) {
        List<byte[]> ids = new ArrayList<>();
        for (Object each : (List<?>) stream.get(1)) {
            List<?> entry = (List<?>) each;
            ids.add((byte[]) entry.get(0));
            deliveries.received((byte[]) ((List<?>) entry.get(1)).get(1));
        }
        unsettled.add(new Taken((byte[]) stream.get(0), ids));
    }
}
