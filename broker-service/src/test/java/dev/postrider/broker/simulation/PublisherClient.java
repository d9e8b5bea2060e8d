package dev.postrider.broker.simulation;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.Broker;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Publishes batches, and repeats what got no clear answer as an SDK would. */
final class PublisherClient {
    private static final int REFUSALS_MAX = 4;

    private final World world;
    private final Chance chance;
    private final String name;
    private final boolean keyed;
    private final boolean stubborn;
    private int messages;
    private int open;

    PublisherClient(World world, String name) {
        this.world = world;
        this.chance = world.chance().split();
        this.name = name;
        this.keyed = chance.happens(0.6);
        this.stubborn = keyed || chance.happens(0.5);
        world.scheduler().after(chance.between(0, 2_000), this::next);
    }

    private void next() {
        if (!world.isAtPeace()) {
            publish();
            world.scheduler().after(chance.between(50, 2_500), this::next);
        }
    }

    private void publish() {
        String queue = chance.happens(0.6) ? Wishes.WORK : Wishes.MAIL;
        if (world.wishes().hasTopic() && chance.happens(0.5)) {
            queue = Wishes.NEWS;
        }
        int count = chance.happens(0.1) ? chance.between(10, 30) : chance.between(1, 6);
        List<Published> batch = new ArrayList<>();
        List<MessageRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String message = name + "-" + ++messages;
            boolean expires = chance.happens(0.03);
            String key = keyed && chance.happens(0.9) ? "key of " + message : null;
            MessageRecord record = record(message, key, expires);
            Set<String> takers = queue.equals(Wishes.NEWS) ? world.wishes().takersOf(record.priority()) : Set.of(queue);
            batch.add(world.history().create(message, queue, takers, key, expires));
            records.add(record);
        }
        open++;
        send(new Batch(queue, batch, records), 0);
    }

    private MessageRecord record(String message, String key, boolean expires) {
        MessageRecord.Builder record = MessageRecord.builder()
                .body(message.getBytes(StandardCharsets.UTF_8))
                .deduplicationKey(key)
                .priority(chance.happens(0.15) ? chance.between(1, 9) : 0);
        if (chance.happens(0.15)) {
            record.delayMillis(chance.between(1, 4_000));
        }
        if (expires) {
            record.ttlMillis(chance.between(200, 4_000));
        }
        return record.build();
    }

    /** What is published together. */
    private record Batch(String queue, List<Published> messages, List<MessageRecord> records) {}

    private void send(Batch batch, int refusals) {
        List<BrokerProcess> running = world.running();
        if (running.isEmpty()) {
            later(batch, refusals);
            return;
        }
        BrokerProcess process = chance.oneOf(running);
        world.history().attempted(batch.messages());
        process.call(() -> publish(process.broker(), batch), answer -> {
            if (answer.succeeded()) {
                open--;
                world.history().acknowledged(batch.messages(), answer.result());
            } else if (((BrokerException) answer.cause()).code() == ProblemCode.QUEUE_FULL) {
                world.history().refused(batch.messages());
                if (refusals < REFUSALS_MAX) {
                    later(batch, refusals + 1);
                } else {
                    open--;
                }
            } else if (stubborn) {
                later(batch, refusals);
            } else {
                open--;
            }
        });
    }

    private static Future<List<String>> publish(Broker broker, Batch batch) {
        return batch.queue().equals(Wishes.NEWS)
                ? broker.publishToTopic(batch.queue(), batch.records())
                : broker.publish(batch.queue(), batch.records());
    }

    private void later(Batch batch, int refusals) {
        world.scheduler().after(chance.between(50, 1_500), () -> send(batch, refusals));
    }

    /** True if every batch has its answer. */
    boolean isDone() {
        return open == 0;
    }
}
