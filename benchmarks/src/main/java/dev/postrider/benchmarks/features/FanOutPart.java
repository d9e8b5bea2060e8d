package dev.postrider.benchmarks.features;

import dev.postrider.client.PostriderClient;
import dev.postrider.client.QueueOptions;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A topic with one, ten and a hundred subscribed queues: how fast, and how many rows that takes. */
final class FanOutPart implements Part {
    private static final List<Integer> QUEUES = List.of(1, 10, 100);
    private static final List<Integer> BYTES = List.of(100, 1_024);
    private static final int CONNECTIONS = 4;
    private static final int PREFETCH = 1_000;
    /** Published while nobody consumes, so that rows stay and can be counted. */
    private static final int COUNTED = 1_000;
    /** Of copies. */
    private static final long UNRECEIVED_MAX = 200_000;

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "fan-out";
    }

    @Override
    public void run(Effort effort, Sheet sheet) throws IOException, SQLException {
        try (Replicas replicas = Replicas.start(1)) {
            measure(replicas, 10, 100, effort, new Sheet(System.err));
            for (int bytes : BYTES) {
                for (int queues : QUEUES) {
                    measure(replicas, queues, bytes, effort, sheet);
                }
            }
        }
    }

    private void measure(Replicas replicas, int queues, int bytes, Effort effort, Sheet sheet) throws SQLException {
        String topic = "topic-" + queues + "-" + bytes + "-" + System.nanoTime();
        PostriderClient producer = replicas.client(0);
        List<String> names = subscribed(producer, topic, queues);
        Tally tally = new Tally();
        Outlet outlet = new Outlet(tally, queues, bytes, message -> producer.publishToTopic(topic, message));
        double rowsBefore = replicas.rows();
        outlet.fast(LIMIT, COUNTED, Long.MAX_VALUE);
        tally.awaitAnswers(LIMIT);
        double rows = (replicas.rows() - rowsBefore) / COUNTED;
        Inlet inlet = new Inlet(tally);
        List<PostriderClient> consumers = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            consumers.add(replicas.client(0));
        }
        for (int i = 0; i < queues; i++) {
            inlet.open(consumers.get(i % CONNECTIONS), names.get(i), PREFETCH, i);
        }
        tally.awaitAll(LIMIT);
        Tally.Mark begin = tally.mark();
        outlet.fast(effort.seconds(5), Integer.MAX_VALUE, UNRECEIVED_MAX);
        tally.awaitAll(LIMIT);
        double copies = tally.settledPerSecondSince(begin);
        String measured = Sheet.text(
                "%,.0f publishes/s, %,.0f copies/s, %.3f rows each publish of a burst", copies / queues, copies, rows);
        sheet.row(name(), Sheet.text("%d queues, %,d B", queues, bytes), measured, tally);
        consumers.forEach(PostriderClient::close);
        producer.deleteTopic(topic).await().atMost(LIMIT);
        names.forEach(queue -> producer.deleteQueue(queue).await().atMost(LIMIT));
    }

    /** Makes a topic with so many queues, and answers their names. */
    static List<String> subscribed(PostriderClient client, String topic, int queues) {
        client.declareTopic(topic).await().atMost(LIMIT);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < queues; i++) {
            String queue = topic + "-" + i;
            // A broker that is killed counts as an attempt for all that it held.
            client.putQueue(queue, QueueOptions.defaults().withMaxAttempts(1_000))
                    .await()
                    .atMost(LIMIT);
            client.subscribeQueue(topic, queue, null).await().atMost(LIMIT);
            names.add(queue);
        }
        return names;
    }
}
