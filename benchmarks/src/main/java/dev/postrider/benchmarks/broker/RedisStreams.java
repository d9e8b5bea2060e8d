package dev.postrider.benchmarks.broker;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Protocol.Command;

/**
 * Redis streams with consumer groups. Publishes are pipelined; a consumer settles by {@code XACK} and {@code XDEL}, so
 * that what is done takes no memory.
 */
final class RedisStreams implements BrokerKind {
    private static final byte[] GROUP = RedisLink.bytes("workers");

    private final boolean always;

    /**
     * One of its two durabilities.
     *
     * @param always the append-only file is synced before every answer; else every second
     */
    RedisStreams(boolean always) {
        this.always = always;
    }

    private static Path server() {
        return ServerProcess.executable("/usr/bin/redis-server", "/usr/local/bin/redis-server");
    }

    @Override
    public String name() {
        return always ? "redis-always" : "redis-everysec";
    }

    @Override
    public String title() {
        return "Redis streams, AOF " + (always ? "always" : "everysec");
    }

    @Override
    public String durability() {
        return always ? "fsync before the answer" : "up to 1 s lost";
    }

    @Override
    public boolean syncs() {
        return always;
    }

    @Override
    public String missing() {
        return server() == null ? "redis-server is not installed" : null;
    }

    @Override
    public Broker start(Path directory) {
        int port = ServerProcess.freePort();
        List<String> command = List.of(
                server().toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                directory.toString(),
                "--save",
                "",
                "--appendonly",
                "yes",
                "--appendfsync",
                always ? "always" : "everysec");
        ServerProcess process = ServerProcess.start("redis", directory, Map.of(), command);
        process.await(() -> ServerProcess.accepts(port));
        return new Running(process, port);
    }

    private static final class Running implements Broker {
        private final ServerProcess process;
        private final int port;
        private final RedisLink management;

        Running(ServerProcess process, int port) {
            this.process = process;
            this.port = port;
            this.management = new RedisLink(port);
        }

        @Override
        public String version() {
            byte[] info = (byte[]) management.call(Command.INFO, RedisLink.bytes("server"));
            return new String(info, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("redis_version:"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse("");
        }

        @Override
        public void createQueue(String queue, int consumers, Consumption consumption) {
            management.call(
                    Command.XGROUP,
                    RedisLink.bytes("CREATE"),
                    RedisLink.bytes(queue),
                    GROUP,
                    RedisLink.bytes("0"),
                    RedisLink.bytes("MKSTREAM"));
        }

        @Override
        public void deleteQueue(String queue) {
            management.call(Command.DEL, RedisLink.bytes(queue));
        }

        @Override
        public Connection connect(Aim aim) {
            return new Client(port);
        }

        @Override
        public void close() {
            management.close();
            process.close();
        }
    }

    private static final class Client implements Connection {
        private final int port;
        private final Opened open = new Opened("A client of Redis could not be closed");

        Client(int port) {
            this.port = port;
        }

        @Override
        public Producer producer(String contentType, Answers answers) {
            RedisLink link = new RedisLink(port);
            Batching batching = new Batching(RedisWriter.BATCH_MAX, new RedisWriter(link)::store, answers);
            open.add(batching);
            open.add(link);
            return batching;
        }

        @Override
        public void consume(List<String> queues, Consumption consumption, Deliveries deliveries) {
            RedisLink link = new RedisLink(port);
            RedisReader reader = new RedisReader(link, GROUP, queues, consumption, deliveries);
            open.add(new Polling(reader::take, deliveries, 0));
            open.add(link);
        }

        @Override
        public void close() {
            open.close();
        }
    }
}
