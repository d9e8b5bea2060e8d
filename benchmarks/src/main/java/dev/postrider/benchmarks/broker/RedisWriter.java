package dev.postrider.benchmarks.broker;

import java.util.List;
import redis.clients.jedis.Protocol.Command;

/** Appends messages in one pipeline for each batch. */
final class RedisWriter {
    static final int BATCH_MAX = 2_000;

    private static final byte[] NEXT_ID = RedisLink.bytes("*");
    private static final byte[] FIELD = RedisLink.bytes("b");

    private final RedisLink link;

    RedisWriter(RedisLink link) {
        this.link = link;
    }

    void store(List<Batching.Outgoing> batch) {
        for (Batching.Outgoing message : batch) {
            link.send(Command.XADD, RedisLink.bytes(message.queue()), NEXT_ID, FIELD, message.body());
        }
        link.answers();
    }
}
