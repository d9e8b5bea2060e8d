package dev.postrider.benchmarks.broker;

import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Options;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * NATS JetStream: a work-queue stream on disk for each queue, with one durable push consumer that its connections
 * share as a group.
 */
final class Nats implements BrokerKind {
    static final String GROUP = "workers";
    private static final int UNACKED_MAX = 20_000;

    private static Path server() {
        return ServerProcess.executable("/usr/sbin/nats-server", "/usr/bin/nats-server", "/usr/local/bin/nats-server");
    }

    @Override
    public String name() {
        return "nats";
    }

    @Override
    public String title() {
        return "NATS JetStream";
    }

    @Override
    public String durability() {
        return "no fsync";
    }

    @Override
    public boolean syncs() {
        return false;
    }

    @Override
    public String missing() {
        return server() == null ? "nats-server is not installed" : null;
    }

    @Override
    public Broker start(Path directory) {
        int port = ServerProcess.freePort();
        List<String> command = List.of(
                server().toString(),
                "--jetstream",
                "--addr",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--store_dir",
                directory.resolve("data").toString());
        ServerProcess process = ServerProcess.start("nats", directory, Map.of(), command);
        process.await(() -> ServerProcess.accepts(port));
        return new Running(process, "nats://127.0.0.1:" + port);
    }

    static io.nats.client.Connection open(String url) {
        try {
            return io.nats.client.Nats.connect(new Options.Builder()
                    .server(url)
                    .maxMessagesInOutgoingQueue(UNACKED_MAX)
                    .build());
        } catch (IOException e) {
            throw new BrokerFailure("No connection to " + url, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerFailure("Interrupted", e);
        }
    }

    private static final class Running implements Broker {
        private final ServerProcess process;
        private final String url;
        private final io.nats.client.Connection management;

        Running(ServerProcess process, String url) {
            this.process = process;
            this.url = url;
            this.management = open(url);
        }

        @Override
        public String version() {
            return management.getServerInfo().getVersion();
        }

        @Override
        public void createQueue(String queue, int consumers, Consumption consumption) {
            try {
                JetStreamManagement jetStream = management.jetStreamManagement();
                jetStream.addStream(StreamConfiguration.builder()
                        .name(queue)
                        .subjects(queue)
                        .storageType(StorageType.File)
                        .retentionPolicy(RetentionPolicy.WorkQueue)
                        .build());
                jetStream.addOrUpdateConsumer(
                        queue,
                        ConsumerConfiguration.builder()
                                .durable(GROUP)
                                .filterSubject(queue)
                                .ackPolicy(AckPolicy.Explicit)
                                .maxAckPending(consumption.creditOr(UNACKED_MAX))
                                .deliverSubject("deliver." + queue)
                                .deliverGroup(GROUP)
                                .build());
            } catch (IOException | JetStreamApiException e) {
                throw new BrokerFailure("The stream " + queue + " could not be made", e);
            }
        }

        @Override
        public void deleteQueue(String queue) {
            try {
                management.jetStreamManagement().deleteStream(queue);
            } catch (IOException | JetStreamApiException e) {
                throw new BrokerFailure("The stream " + queue + " could not be deleted", e);
            }
        }

        @Override
        public Connection connect(Aim aim) {
            return new NatsClient(open(url));
        }

        @Override
        public void close() {
            try {
                management.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            process.close();
        }
    }
}
