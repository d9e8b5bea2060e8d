package dev.postrider.benchmarks.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;

/** ActiveMQ Artemis with its journal synced before an answer, driven through its core client. */
final class Artemis implements BrokerKind {
    /** The journal waits for company this long before it syncs, about as long as a sync of a fast disk takes. */
    private static final String CONFIGURATION =
            """
            <configuration xmlns="urn:activemq">
              <core xmlns="urn:activemq:core">
                <name>benchmark</name>
                <persistence-enabled>true</persistence-enabled>
                <security-enabled>false</security-enabled>
                <journal-type>NIO</journal-type>
                <journal-datasync>true</journal-datasync>
                <journal-sync-transactional>true</journal-sync-transactional>
                <journal-sync-non-transactional>true</journal-sync-non-transactional>
                <journal-buffer-timeout>150000</journal-buffer-timeout>
                <journal-pool-files>10</journal-pool-files>
                <journal-directory>data/journal</journal-directory>
                <bindings-directory>data/bindings</bindings-directory>
                <paging-directory>data/paging</paging-directory>
                <large-messages-directory>data/large</large-messages-directory>
                <acceptors>
                  <acceptor name="core">tcp://127.0.0.1:%d?protocols=CORE</acceptor>
                </acceptors>
              </core>
            </configuration>
            """;

    @Override
    public String name() {
        return "artemis";
    }

    @Override
    public String title() {
        return "Artemis, NIO journal";
    }

    @Override
    public String durability() {
        return "fsync before the answer";
    }

    @Override
    public String missing() {
        return ServerLibraries.missing("artemis");
    }

    @Override
    public Broker start(Path directory) {
        int port = ServerProcess.freePort();
        try {
            Files.createDirectories(directory.resolve("etc"));
            Files.writeString(directory.resolve("etc/broker.xml"), CONFIGURATION.formatted(port));
        } catch (IOException e) {
            throw new BrokerFailure("The configuration of Artemis could not be written", e);
        }
        ServerProcess process = ServerProcess.startJava(
                "artemis",
                directory,
                Map.of(),
                List.of(
                        "-Xmx2g",
                        "-cp",
                        ServerLibraries.classPath("artemis"),
                        "org.apache.activemq.artemis.core.server.embedded.Main",
                        directory.toString()));
        process.await(() -> ServerProcess.accepts(port));
        return new Running(process, "tcp://127.0.0.1:" + port);
    }

    private static final class Running implements Broker {
        private final ServerProcess process;
        private final String url;
        private final ServerLocator locator;
        private final ClientSessionFactory factory;
        private final ClientSession management;

        Running(ServerProcess process, String url) {
            this.process = process;
            this.url = url;
            try {
                locator = ArtemisClient.locator(url, Consumption.streaming());
                factory = locator.createSessionFactory();
                management = factory.createSession();
            } catch (Exception e) {
                process.close();
                throw new BrokerFailure("No connection to Artemis", e);
            }
        }

        @Override
        public String version() {
            return ServerLibraries.version("artemis", "artemis-server");
        }

        @Override
        public void createQueue(String queue, int consumers, Consumption consumption) {
            try {
                management.createQueue(QueueConfiguration.of(queue)
                        .setRoutingType(RoutingType.ANYCAST)
                        .setDurable(true));
            } catch (ActiveMQException e) {
                throw new BrokerFailure("The queue " + queue + " could not be made", e);
            }
        }

        @Override
        public void deleteQueue(String queue) {
            try {
                management.deleteQueue(queue);
            } catch (ActiveMQException e) {
                throw new BrokerFailure("The queue " + queue + " could not be deleted", e);
            }
        }

        @Override
        public Connection connect(Aim aim) {
            return new ArtemisClient(url);
        }

        @Override
        public void close() {
            factory.close();
            locator.close();
            process.close();
        }
    }
}
