package dev.postrider.benchmarks.broker;

import dev.postrider.benchmarks.profile.ProfilePage;
import dev.postrider.client.Compression;
import dev.postrider.client.OutgoingMessage;
import dev.postrider.client.PostriderClient;
import dev.postrider.client.QueueOptions;
import dev.postrider.client.ReceivedMessage;
import dev.postrider.client.SubscribeOptions;
import dev.postrider.client.WireProtocol;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;

/**
 * The packaged broker as a process, with its embedded PostgreSQL or, if the system property
 * {@code postrider.database} has a URL, with that one; driven through the worker SDK's public client.
 */
final class Postrider implements BrokerKind {
    /** Names the file for the broker's flight recording, if one is wanted. */
    private static final String RECORDING = "postrider.recording";

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int PREFETCH = 5_000;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Dialect dialect;

    Postrider(Dialect dialect) {
        this.dialect = dialect;
    }

    /** What its clients speak. */
    enum Dialect {
        BINARY("postrider", "Postrider", WireProtocol.BINARY, Compression.NONE),
        LZ4("postrider-lz4", "Postrider, LZ4", WireProtocol.BINARY, Compression.LZ4),
        JSON("postrider-json", "Postrider, JSON frames", WireProtocol.JSON, Compression.NONE);

        private final String name;
        private final String title;
        private final WireProtocol protocol;
        private final Compression compression;

        Dialect(String name, String title, WireProtocol protocol, Compression compression) {
            this.name = name;
            this.title = title;
            this.protocol = protocol;
            this.compression = compression;
        }

        PostriderClient client(URI url) {
            return PostriderClient.builder()
                    .url(url)
                    .wireProtocol(protocol)
                    .compression(compression)
                    .build();
        }
    }

    private static Path packaged() {
        Path root = Path.of(System.getProperty("postrider.root", ".")).toAbsolutePath();
        return root.resolve("broker-service/target/quarkus-app/quarkus-run.jar");
    }

    @Override
    public String name() {
        return dialect.name;
    }

    @Override
    public String title() {
        return dialect.title;
    }

    @Override
    public String durability() {
        return "fsync at commit";
    }

    @Override
    public boolean servesHttp() {
        return true;
    }

    @Override
    public boolean fansOut() {
        return true;
    }

    @Override
    public String missing() {
        return Files.exists(packaged()) ? null : packaged() + " is not built";
    }

    @Override
    public Broker start(Path directory) {
        int port = ServerProcess.freePort();
        Map<String, String> environment = new HashMap<>();
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        environment.put("POSTRIDER_DATA_DIR", directory.resolve("data").toString());
        String database = System.getProperty("postrider.database");
        if (database != null) {
            environment.put("POSTRIDER_DATABASE_URL", database);
        }
        List<String> arguments =
                new ArrayList<>(List.of("-Xmx512m", "-jar", packaged().toString()));
        String recording = System.getProperty(RECORDING);
        if (recording != null) {
            arguments.add(0, ProfilePage.recorder(recording));
        }
        ServerProcess process = ServerProcess.startJava("postrider", directory, environment, arguments);
        URI url = URI.create("http://127.0.0.1:" + port);
        process.await(() -> isReady(url));
        return new Running(dialect, process, url);
    }

    private static boolean isReady(URI url) {
        try {
            HttpRequest request = HttpRequest.newBuilder(url.resolve("/health/ready"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerFailure("Interrupted", e);
        }
    }

    private static final class Running implements Broker, ServesHttp, FansOut {
        private final Dialect dialect;
        private final ServerProcess process;
        private final URI url;
        private final PostriderClient management;

        Running(Dialect dialect, ServerProcess process, URI url) {
            this.dialect = dialect;
            this.process = process;
            this.url = url;
            this.management = dialect.client(url);
        }

        @Override
        public URI url() {
            return url;
        }

        @Override
        public String version() {
            String version = Postrider.class.getPackage().getImplementationVersion();
            return version == null ? "" : version;
        }

        @Override
        public void createQueue(String queue, int consumers, Consumption consumption) {
            management.putQueue(queue, QueueOptions.defaults()).await().atMost(LIMIT);
        }

        @Override
        public void deleteQueue(String queue) {
            management.deleteQueue(queue).await().atMost(LIMIT);
        }

        @Override
        public Connection connect(Aim aim) {
            return new Client(dialect.client(url), false);
        }

        @Override
        public void createTopic(String topic, List<String> queues) {
            management.declareTopic(topic).await().atMost(LIMIT);
            for (String queue : queues) {
                management.subscribeQueue(topic, queue, null).await().atMost(LIMIT);
            }
        }

        @Override
        public void deleteTopic(String topic) {
            management.deleteTopic(topic).await().atMost(LIMIT);
        }

        @Override
        public Connection connectToTopics(Aim aim) {
            return new Client(dialect.client(url), true);
        }

        @Override
        public void close() {
            management.close();
            process.close();
        }
    }

    /** @param topics true: producers publish to topics */
    private record Client(PostriderClient client, boolean topics) implements Connection {

        @Override
        public Producer producer(String contentType, Answers answers) {
            return (target, body) -> {
                OutgoingMessage message = OutgoingMessage.bytes(body, contentType);
                (topics ? client.publishToTopic(target, message) : client.publish(target, message))
                        .subscribe()
                        .with(id -> answers.stored(1), failure -> answers.failed(1, failure));
            };
        }

        @Override
        public void consume(List<String> queues, Consumption consumption, Deliveries deliveries) {
            for (String queue : queues) {
                if (consumption.settleAlone()) {
                    client.subscribe(queue, SubscribeOptions.defaults())
                            .subscribe()
                            .withSubscriber(new Worker(consumption.creditOr(1), deliveries));
                } else {
                    client.subscribe(queue, SubscribeOptions.defaults().withPrefetch(consumption.creditOr(PREFETCH)))
                            .subscribe()
                            .with(message -> settle(message, deliveries), deliveries::failed);
                }
            }
        }

        private static void settle(ReceivedMessage message, Deliveries deliveries) {
            deliveries.received(message.bytes());
            message.ack().subscribe().with(done -> deliveries.settled(1), deliveries::failed);
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /** Holds so many unsettled messages: asks for the next when one is settled. */
    private static final class Worker implements Flow.Subscriber<ReceivedMessage> {
        private final int credit;
        private final Deliveries deliveries;
        private Flow.Subscription subscription;

        Worker(int credit, Deliveries deliveries) {
            this.credit = credit;
            this.deliveries = deliveries;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(credit);
        }

        @Override
        public void onNext(ReceivedMessage message) {
            deliveries.received(message.bytes());
            message.ack().subscribe().with(done -> settled(), this::onError);
        }

        private void settled() {
            deliveries.settled(1);
            subscription.request(1);
        }

        @Override
        public void onError(Throwable failure) {
            deliveries.failed(failure);
        }

        @Override
        public void onComplete() {
            // The connection was closed.
        }
    }
}
