package dev.postrider.benchmarks.broker;

import java.nio.charset.StandardCharsets;
import java.util.List;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisDataException;

/** A connection to Redis that pipelines: commands are buffered until their answers are asked for. For one thread. */
final class RedisLink implements AutoCloseable {
    private static final int ANSWER_LIMIT_MILLIS = 30_000;

    private final Connection connection;
    private int unanswered;

    RedisLink(int port) {
        connection = new Connection(
                new HostAndPort("127.0.0.1", port),
                DefaultJedisClientConfig.builder()
                        .protocol(RedisProtocol.RESP2)
                        .socketTimeoutMillis(ANSWER_LIMIT_MILLIS)
                        .build());
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    void send(Command command, byte[]... arguments) {
        connection.sendCommand(command, arguments);
        unanswered++;
    }

    /** The answers to all that was sent; the first error among them is thrown. */
    List<Object> answers() {
        List<Object> answers = connection.getMany(unanswered);
        unanswered = 0;
        for (Object answer : answers) {
            if (answer instanceof JedisDataException refused) {
                throw refused;
            }
        }
        return answers;
    }

    /** Sends one command and waits for its answer. */
    Object call(Command command, byte[]... arguments) {
        send(command, arguments);
        return answers().get(0);
    }

    @Override
    public void close() {
        connection.close();
    }
}
