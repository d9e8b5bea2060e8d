package dev.postrider.broker.simulation;

import dev.postrider.broker.BrokerException;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.record.MessageRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Those who share a fair queue: one floods it, some send a message now and then. Their keys are their names. */
final class Tenants {
    static final String FLOODING = "flood";

    private static final int MODEST = 2;
    private static final int FLOOD_MAX = 700;

    private final World world;
    private final Chance chance;
    private int flooded;
    private int messages;
    private int open;

    Tenants(World world) {
        this.world = world;
        this.chance = world.chance().split();
        world.scheduler().after(chance.between(0, 3_000), this::flood);
        for (int i = 0; i < MODEST; i++) {
            String tenant = "modest " + i;
            world.scheduler().after(chance.between(0, 4_000), () -> sendSome(tenant));
        }
    }

    private void flood() {
        if (!world.isAtPeace() && flooded < FLOOD_MAX) {
            int count = chance.between(20, 120);
            flooded += count;
            send(FLOODING, count);
            world.scheduler().after(chance.between(50, 1_500), this::flood);
        }
    }

    private void sendSome(String tenant) {
        if (!world.isAtPeace()) {
            send(tenant, chance.between(1, 2));
            world.scheduler().after(chance.between(100, 3_000), () -> sendSome(tenant));
        }
    }

    private void send(String tenant, int count) {
        List<Published> batch = new ArrayList<>();
        List<MessageRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = tenant + "-" + ++messages;
            Published message = world.history().create(name, Wishes.WORK, Set.of(Wishes.WORK), null, false);
            message.tenant = tenant;
            batch.add(message);
            records.add(MessageRecord.builder()
                    .body(name.getBytes(StandardCharsets.UTF_8))
                    .key(tenant)
                    .build());
        }
        open++;
        send(batch, records);
    }

    /** Repeats it only where it is certain that nothing is stored. */
    private void send(List<Published> batch, List<MessageRecord> records) {
        List<BrokerProcess> running = world.running();
        if (running.isEmpty()) {
            world.scheduler().after(chance.between(50, 500), () -> send(batch, records));
            return;
        }
        BrokerProcess process = chance.oneOf(running);
        world.history().attempted(batch);
        process.call(() -> process.broker().publish(Wishes.WORK, records), answer -> {
            open--;
            if (answer.succeeded()) {
                world.history().acknowledged(batch, answer.result());
            } else if (((BrokerException) answer.cause()).code() == ProblemCode.QUEUE_FULL) {
                world.history().refused(batch);
            }
        });
    }

    /** True if every batch has its answer. */
    boolean isDone() {
        return open == 0;
    }
}
