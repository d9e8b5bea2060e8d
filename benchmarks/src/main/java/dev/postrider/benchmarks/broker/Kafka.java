package dev.postrider.benchmarks.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;

/** Kafka, one node, {@code acks=all}: a topic for each queue, with as many partitions as consumers. */
final class Kafka implements BrokerKind {
    private static final String PROPERTIES =
            """
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@127.0.0.1:%2$d
            listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
            controller.listener.names=CONTROLLER
            log.dirs=%3$s
            offsets.topic.replication.factor=1
            offsets.topic.num.partitions=1
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            share.coordinator.state.topic.replication.factor=1
            share.coordinator.state.topic.min.isr=1
            share.coordinator.state.topic.num.partitions=1
            group.initial.rebalance.delay.ms=500
            auto.create.topics.enable=false
            """;
    static final String GROUP = "workers";
    private static final String FSYNC_EACH_APPEND = "log.flush.interval.messages=1\n";

    private final Flavour flavour;

    /** What is made of it. */
    enum Flavour {
        FSYNC("kafka-fsync", "Kafka, fsync each append", "fsync before the answer", false),
        PLAIN("kafka", "Kafka, acks=all", "no fsync", false),
        SHARE("kafka-share", "Kafka, share group", "no fsync", true);

        private final String name;
        private final String title;
        private final String durability;
        private final boolean settlesEach;

        Flavour(String name, String title, String durability, boolean settlesEach) {
            this.name = name;
            this.title = title;
            this.durability = durability;
            this.settlesEach = settlesEach;
        }
    }

    Kafka(Flavour flavour) {
        this.flavour = flavour;
    }

    @Override
    public String name() {
        return flavour.name;
    }

    @Override
    public String title() {
        return flavour.title;
    }

    @Override
    public String durability() {
        return flavour.durability;
    }

    @Override
    public boolean settlesEach() {
        return flavour.settlesEach;
    }

    @Override
    public boolean syncs() {
        return flavour == Flavour.FSYNC;
    }

    @Override
    public String missing() {
        return ServerLibraries.missing("kafka");
    }

    @Override
    public Broker start(Path directory) {
        int port = ServerProcess.freePort();
        Path properties = directory.resolve("server.properties");
        try {
            Files.writeString(
                    properties,
                    PROPERTIES.formatted(port, ServerProcess.freePort(), directory.resolve("data"))
                            + (flavour == Flavour.FSYNC ? FSYNC_EACH_APPEND : ""));
        } catch (IOException e) {
            throw new BrokerFailure("The configuration of Kafka could not be written", e);
        }
        java(
                        directory,
                        "format",
                        "kafka.tools.StorageTool",
                        "format",
                        "-t",
                        Uuid.randomUuid().toString(),
                        "-c",
                        properties.toString())
                .join();
        ServerProcess process = java(directory, "kafka", "kafka.Kafka", properties.toString());
        process.await(() -> ServerProcess.accepts(port));
        return new Running(process, "127.0.0.1:" + port, flavour == Flavour.SHARE);
    }

    private static ServerProcess java(Path directory, String name, String main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("-Xmx1g", "-cp", ServerLibraries.classPath("kafka"), main));
        command.addAll(List.of(arguments));
        return ServerProcess.startJava(name, directory, Map.of(), command);
    }

    private static final class Running implements Broker {
        private final ServerProcess process;
        private final String servers;
        private final boolean share;
        private final Admin admin;

        Running(ServerProcess process, String servers, boolean share) {
            this.process = process;
            this.servers = servers;
            this.share = share;
            this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers));
            if (share) {
                await(admin.incrementalAlterConfigs(Map.of(
                                new ConfigResource(ConfigResource.Type.GROUP, GROUP),
                                List.of(new AlterConfigOp(
                                        new ConfigEntry("share.auto.offset.reset", "earliest"),
                                        AlterConfigOp.OpType.SET))))
                        .all());
            }
        }

        private static void await(KafkaFuture<?> future) {
            try {
                var unused = future.get(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BrokerFailure("Interrupted", e);
            } catch (ExecutionException | TimeoutException e) {
                throw new BrokerFailure("Kafka refused", e);
            }
        }

        @Override
        public String version() {
            return ServerLibraries.version("kafka", "kafka_2.13");
        }

        @Override
        public void createQueue(String queue, int consumers, Consumption consumption) {
            await(admin.createTopics(List.of(new NewTopic(queue, Optional.of(consumers), Optional.empty())))
                    .all());
        }

        @Override
        public void deleteQueue(String queue) {
            await(admin.deleteTopics(List.of(queue)).all());
        }

        @Override
        public Connection connect(Aim aim) {
            return new KafkaClient(servers, aim, share);
        }

        @Override
        public void close() {
            admin.close();
            process.close();
        }
    }
}
