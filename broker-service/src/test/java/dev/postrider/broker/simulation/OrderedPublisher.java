package dev.postrider.broker.simulation;

import dev.postrider.protocol.record.MessageRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Publishes messages of some keys to a queue that heeds keys, and waits for each answer before it goes on. */
final class OrderedPublisher {
    private static final int KEYS = 4;

    private final World world;
    private final Chance chance;
    private final String name;
    private int number;
    private boolean open;

    OrderedPublisher(World world, String name) {
        this.world = world;
        this.chance = world.chance().split();
        this.name = name;
        world.scheduler().after(chance.between(0, 2_000), this::next);
    }

    private void next() {
        if (!world.isAtPeace()) {
            open = true;
            int count = chance.happens(0.2) ? chance.between(2, 12) : 1;
            List<Published> batch = new ArrayList<>();
            List<MessageRecord> records = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String message = name + "-" + ++number;
                Published published =
                        world.history().create(message, Wishes.MAIL, Set.of(Wishes.MAIL), "key of " + message, false);
                published.orderKey = name + " key " + chance.between(1, KEYS);
                published.number = number;
                batch.add(published);
                records.add(MessageRecord.builder()
                        .body(message.getBytes(StandardCharsets.UTF_8))
                        .key(published.orderKey)
                        .deduplicationKey(published.key)
                        .priority(chance.happens(0.2) ? chance.between(1, 9) : 0)
                        .build());
            }
            send(batch, records);
        }
    }

    /** Repeats until it is stored, which it is once, since each message has a key. */
    private void send(List<Published> batch, List<MessageRecord> records) {
        List<BrokerProcess> running = world.running();
        if (running.isEmpty()) {
            world.scheduler().after(chance.between(50, 500), () -> send(batch, records));
            return;
        }
        BrokerProcess process = chance.oneOf(running);
        world.history().attempted(batch);
        process.call(() -> process.broker().publish(Wishes.MAIL, records), answer -> {
            if (answer.succeeded()) {
                open = false;
                world.history().acknowledged(batch, answer.result());
                world.scheduler().after(chance.between(0, 600), this::next);
            } else {
                world.scheduler().after(chance.between(50, 1_000), () -> send(batch, records));
            }
        });
    }

    /** True if every batch has its answer. */
    boolean isDone() {
        return !open;
    }
}
