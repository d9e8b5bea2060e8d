package dev.postrider.benchmarks.broker;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * RabbitMQ, one node, with publisher confirms: quorum queues, or classic queues of version 2 with persistent
 * messages.
 */
final class RabbitMq implements BrokerKind {
    private static final int CONNECT_MILLIS = 5_000;

    private final boolean quorum;

    RabbitMq(boolean quorum) {
        this.quorum = quorum;
    }

    private static Path server() {
        return ServerProcess.executable("/usr/lib/rabbitmq/bin/rabbitmq-server", "/opt/rabbitmq/sbin/rabbitmq-server");
    }

    private static Path portMapper() {
        return ServerProcess.executable("/usr/bin/epmd", "/usr/local/bin/epmd");
    }

    @Override
    public String name() {
        return quorum ? "rabbitmq-quorum" : "rabbitmq-classic";
    }

    @Override
    public String title() {
        return quorum ? "RabbitMQ quorum queue, 1 node" : "RabbitMQ classic queue v2, persistent";
    }

    @Override
    public String durability() {
        return quorum ? "fsync before the confirm" : "confirmed without fsync";
    }

    @Override
    public boolean syncs() {
        return quorum;
    }

    @Override
    public String missing() {
        return server() == null || portMapper() == null ? "rabbitmq-server is not installed" : null;
    }

    /** Erlang's port mapper would stay behind as a daemon if the node started it: it gets one of its own. */
    @Override
    public Broker start(Path directory) {
        int mapperPort = ServerProcess.freePort();
        int port = ServerProcess.freePort();
        Map<String, String> environment = environment(directory, mapperPort, port);
        ServerProcess mapper = ServerProcess.start(
                "epmd",
                directory,
                environment,
                List.of(portMapper().toString(), "-address", "127.0.0.1", "-port", Integer.toString(mapperPort)));
        mapper.await(() -> ServerProcess.accepts(mapperPort));
        ServerProcess process = ServerProcess.start("rabbitmq", directory, environment, List.of(server().toString()));
        process.await(() -> isReady(port));
        return new Running(mapper, process, port, quorum);
    }

    private static Map<String, String> environment(Path directory, int mapperPort, int port) {
        Map<String, String> environment = new HashMap<>();
        environment.put("HOME", directory.toString());
        environment.put("ERL_EPMD_PORT", Integer.toString(mapperPort));
        environment.put("RABBITMQ_NODENAME", "benchmark-" + port + "@localhost");
        environment.put("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
        environment.put("RABBITMQ_NODE_PORT", Integer.toString(port));
        environment.put("RABBITMQ_DIST_PORT", Integer.toString(ServerProcess.freePort()));
        environment.put("RABBITMQ_MNESIA_BASE", directory.resolve("data").toString());
        environment.put("RABBITMQ_LOG_BASE", directory.resolve("log").toString());
        environment.put("RABBITMQ_PID_FILE", directory.resolve("pid").toString());
        environment.put(
                "RABBITMQ_CONFIG_FILE", directory.resolve("rabbitmq.conf").toString());
        environment.put("RABBITMQ_CONF_ENV_FILE", directory.resolve("none").toString());
        environment.put(
                "RABBITMQ_ENABLED_PLUGINS_FILE",
                directory.resolve("enabled_plugins").toString());
        try {
            Files.createDirectories(directory.resolve("data"));
            Files.createDirectories(directory.resolve("log"));
            Files.writeString(directory.resolve("rabbitmq.conf"), "log.console = true\n");
            Files.writeString(directory.resolve("enabled_plugins"), "[].\n");
        } catch (IOException e) {
            throw new BrokerFailure("The directory of RabbitMQ could not be made", e);
        }
        return environment;
    }

    private static boolean isReady(int port) {
        if (!ServerProcess.accepts(port)) {
            return false;
        }
        try (com.rabbitmq.client.Connection connection = connection(port)) {
            return connection.isOpen();
        } catch (IOException | TimeoutException e) {
            return false;
        }
    }

    static com.rabbitmq.client.Connection connection(int port) throws IOException, TimeoutException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        factory.setConnectionTimeout(CONNECT_MILLIS);
        factory.setAutomaticRecoveryEnabled(false);
        return factory.newConnection();
    }

    static com.rabbitmq.client.Connection open(int port) {
        try {
            return connection(port);
        } catch (IOException | TimeoutException e) {
            throw new BrokerFailure("No connection to RabbitMQ", e);
        }
    }

    private static final class Running implements Broker {
        private final ServerProcess mapper;
        private final ServerProcess process;
        private final int port;
        private final boolean quorum;
        private final com.rabbitmq.client.Connection management;

        Running(ServerProcess mapper, ServerProcess process, int port, boolean quorum) {
            this.mapper = mapper;
            this.process = process;
            this.port = port;
            this.quorum = quorum;
            this.management = open(port);
        }

        @Override
        public String version() {
            return management.getServerProperties().get("version").toString();
        }

        @Override
        public void createQueue(String queue, int consumers, Consumption consumption) {
            Map<String, Object> arguments = quorum ? Map.of("x-queue-type", "quorum") : Map.of("x-queue-version", 2);
            try (Channel channel = management.createChannel()) {
                channel.queueDeclare(queue, true, false, false, arguments);
            } catch (IOException | TimeoutException e) {
                throw new BrokerFailure("The queue " + queue + " could not be made", e);
            }
        }

        @Override
        public void deleteQueue(String queue) {
            try (Channel channel = management.createChannel()) {
                channel.queueDelete(queue);
            } catch (IOException | TimeoutException e) {
                throw new BrokerFailure("The queue " + queue + " could not be deleted", e);
            }
        }

        @Override
        public Connection connect(Aim aim) {
            return new RabbitMqClient(open(port));
        }

        @Override
        public void close() {
            try {
                management.close();
            } catch (IOException e) {
                throw new BrokerFailure("The connection could not be closed", e);
            } finally {
                process.close();
                mapper.close();
            }
        }
    }
}
