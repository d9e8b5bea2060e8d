package dev.postrider.benchmarks;

import dev.postrider.client.OutgoingMessage;
import dev.postrider.client.PostriderClient;
import dev.postrider.client.QueueOptions;
import dev.postrider.client.ReceivedMessage;
import dev.postrider.client.SubscribeOptions;
import dev.postrider.client.WireProtocol;
import dev.postrider.embedded.EmbeddedPostgres;
import dev.postrider.embedded.EmbeddedPostgresOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * How many messages a second go through one packaged broker from clients to clients, over each sub-protocol. A message
 * counts when its ack is confirmed; every publish and every ack is a call of its own, and the client batches.
 *
 * <p>Arguments: seconds for each protocol (15), producers and consumers (1), bytes of a body (100), protocols
 * ({@code JSON,BINARY}).
 */
public final class Throughput {
    private static final int WARM_UP_SECONDS = 6;
    private static final int UNANSWERED_MAX = 20_000;
    private static final int PREFETCH = 10_000;
    private static final int BODIES = 1_024;
    private static final String COMMITS = "postrider_commit_seconds_count";
    private static final String COMMIT_SECONDS = "postrider_commit_seconds_sum";
    private static final String CLAIMS = "postrider_claim_seconds_count";

    private final String queue;
    private final byte[][] bodies = new byte[BODIES][];
    private final LongAdder stored = new LongAdder();
    private final LongAdder settled = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile boolean stopped;

    private Throughput(String queue, int bodyBytes) {
        this.queue = queue;
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < BODIES; i++) {
            bodies[i] = new byte[bodyBytes];
            random.nextBytes(bodies[i]);
        }
    }

    public static void main(String[] arguments) throws IOException {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
        int pairs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
        int bodyBytes = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 100;
        String[] protocols = (arguments.length > 3 ? arguments[3] : "JSON,BINARY").split(",");
        Path directory = Files.createTempDirectory("postrider-throughput");
        try (EmbeddedPostgres database = EmbeddedPostgres.start(EmbeddedPostgresOptions.in(directory.resolve("pg")));
                BrokerUnderTest broker = BrokerUnderTest.start(directory, "broker", database.url())) {
            for (int run = 0; run < protocols.length; run++) {
                WireProtocol protocol = WireProtocol.valueOf(protocols[run]);
                new Throughput("throughput-" + run, bodyBytes).run(broker, protocol, pairs, seconds);
            }
        }
        System.exit(0);
    }

    private void run(BrokerUnderTest broker, WireProtocol protocol, int pairs, int seconds) {
        List<PostriderClient> clients = new ArrayList<>();
        for (int i = 0; i < 2 * pairs; i++) {
            clients.add(PostriderClient.builder()
                    .url(broker.url())
                    .wireProtocol(protocol)
                    .build());
        }
        clients.get(0).putQueue(queue, QueueOptions.defaults()).await().atMost(Duration.ofSeconds(30));
        for (int i = 0; i < pairs; i++) {
            clients.get(i)
                    .subscribe(queue, SubscribeOptions.defaults().withPrefetch(PREFETCH))
                    .subscribe()
                    .with(this::receive);
            PostriderClient producer = clients.get(pairs + i);
            Thread publishing = new Thread(() -> publish(producer), "publisher-" + i);
            publishing.setDaemon(true);
            publishing.start();
        }
        park(WARM_UP_SECONDS);
        long storedBefore = stored.sum();
        long settledBefore = settled.sum();
        double commitsBefore = broker.metric(COMMITS);
        double commitSecondsBefore = broker.metric(COMMIT_SECONDS);
        double claimsBefore = broker.metric(CLAIMS);
        long began = System.nanoTime();
        park(seconds);
        double took = (System.nanoTime() - began) / 1e9;
        double publishedPerSecond = (stored.sum() - storedBefore) / took;
        double settledPerSecond = (settled.sum() - settledBefore) / took;
        double commits = broker.metric(COMMITS) - commitsBefore;
        double commitSeconds = broker.metric(COMMIT_SECONDS) - commitSecondsBefore;
        stopped = true;
        System.out.printf(
                "%s %d+%d clients: %,.0f published/s, %,.0f settled/s, %d failed, %,.0f commits/s of %.1f ms,"
                        + " %,.0f claims/s%n",
                protocol,
                pairs,
                pairs,
                publishedPerSecond,
                settledPerSecond,
                failed.sum(),
                commits / took,
                1_000 * commitSeconds / commits,
                (broker.metric(CLAIMS) - claimsBefore) / took);
        clients.forEach(PostriderClient::close);
    }

    private void publish(PostriderClient producer) {
        Semaphore room = new Semaphore(UNANSWERED_MAX);
        for (int i = 0; !stopped; i++) {
            room.acquireUninterruptibly();
            producer.publish(queue, OutgoingMessage.bytes(bodies[i % BODIES], "application/octet-stream"))
                    .subscribe()
                    .with(
                            id -> {
                                stored.increment();
                                room.release();
                            },
                            failure -> {
                                failed.increment();
                                room.release();
                            });
        }
    }

    private void receive(ReceivedMessage message) {
        if (message.bytes().length != bodies[0].length) {
            failed.increment();
        }
        message.ack().subscribe().with(done -> settled.increment(), failure -> failed.increment());
    }

    private static void park(int seconds) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < until) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }
}
