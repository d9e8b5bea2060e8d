package dev.postrider.system.load;

import dev.postrider.system.history.History;
import dev.postrider.system.history.Verdict;
import dev.postrider.system.process.BrokerApi;
import dev.postrider.system.process.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Publishers and consumers of every kind on one queue over several brokers. At each broker there are a publisher and a
 * consumer that stay with it whatever happens, by whom its service is measured; the others go where they are served.
 */
public final class Fleet implements AutoCloseable {
    /** A client gives up on an answer after this; a broker answers within its commit deadline of 5 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private static final Duration JOIN_LIMIT = Duration.ofSeconds(30);

    private final Crew crew;
    private final List<Thread> publishers = new ArrayList<>();
    private final List<Thread> consumers = new ArrayList<>();

    private Fleet(Crew crew) {
        this.crew = crew;
    }

    /**
     * How the clients behave.
     *
     * @param pauseMillisMax of a publisher between two publishes; the mean is half of it
     * @param failing whether some messages are returned or forgotten, so that they come again
     */
    public record Temper(int pauseMillisMax, boolean failing) {}

    /** Starts them. The queue must exist. */
    public static Fleet start(List<BrokerApi> brokers, String queue, Temper temper) {
        Crew crew =
                new Crew(brokers.stream().map(broker -> broker.within(PATIENCE)).toList(), queue);
        Fleet fleet = new Fleet(crew);
        Settling.Habits habits = temper.failing
                ? new Settling.Habits(Settling.NACKS, Settling.FORGETS, 100)
                : new Settling.Habits(0, 0, 100);
        // Those by whom a broker is measured do not wait for another one.
        Settling.Habits straight = new Settling.Habits(habits.nacks(), habits.forgets(), 0);
        for (int broker = 0; broker < brokers.size(); broker++) {
            fleet.publish("stay" + broker, broker, true, temper);
            fleet.publish("roam" + broker, broker, false, temper);
            fleet.consume(
                    "poll" + broker, new PollingConsumer(crew, broker, true, false, settling(crew, straight, broker)));
            boolean socket = broker % 2 == 0;
            fleet.consume("push" + broker, push(crew, socket, broker, true, settling(crew, straight, 100 + broker)));
            fleet.consume("roam" + broker, push(crew, !socket, broker, false, settling(crew, habits, 200 + broker)));
        }
        fleet.consume("slow", new PollingConsumer(crew, 0, false, true, settling(crew, habits, 300)));
        return fleet;
    }

    private static Settling settling(Crew crew, Settling.Habits habits, long seed) {
        return new Settling(crew, habits, seed);
    }

    private static PushConsumer push(Crew crew, boolean socket, int broker, boolean faithful, Settling settling) {
        PushConsumer.Connector connector = socket ? new SocketConnector(crew) : new StreamConnector(crew);
        return new PushConsumer(crew, connector, broker, faithful, settling);
    }

    private void publish(String name, int broker, boolean faithful, Temper temper) {
        Publisher publisher = new Publisher(crew, name, broker, faithful, temper.pauseMillisMax);
        publishers.add(Crew.thread("publisher " + name, () -> watch(publisher)));
    }

    private void consume(String name, Runnable consumer) {
        consumers.add(Crew.thread("consumer " + name, () -> watch(consumer)));
    }

    /** A client that dies of an answer would be missed by nobody. */
    private void watch(Runnable client) {
        try {
            client.run();
        } catch (RuntimeException e) {
            crew.count("client died: " + e);
        }
    }

    public History history() {
        return crew.history();
    }

    /** What these clients, and those of the SDK that joined them, had their part in. */
    public Census census() {
        return crew.census();
    }

    /** When which broker served. */
    public Service service() {
        return crew.service();
    }

    Crew crew() {
        return crew;
    }

    /** How often which refusal or silence met the clients. */
    public Map<String, Long> refusals() {
        Map<String, Long> counts = new TreeMap<>();
        crew.refusals().forEach((what, count) -> counts.put(what, count.sum()));
        return counts;
    }

    /** Of {@link #refusals()}, those that no fault excuses: all others are for later, and say so. */
    public List<String> misconduct() {
        return refusals().keySet().stream()
                .filter(what -> !what.contains(" 503 ")
                        && !what.endsWith(" unanswered")
                        && !what.equals("socket unavailable")
                        && !what.equals("stream ended with an error")
                        && !what.equals("ack refused: receipt-expired"))
                .toList();
    }

    /** Waits until the brokers have acknowledged {@code more} further messages. */
    public void awaitProgress(int more, Duration limit) {
        int before = history().acknowledgedCount();
        Eventually.that(
                more + " more messages are acknowledged", limit, () -> history().acknowledgedCount() >= before + more);
    }

    /**
     * Stops publishing, lets the consumers empty the queue, stops them, and judges.
     *
     * @param limit how long the consumers may take; what is missing then stands in the verdict
     */
    public Verdict finish(Duration limit) {
        crew.stopPublishing();
        join(publishers);
        try {
            Eventually.that("the queue is empty", limit, this::isEmpty);
        } catch (AssertionError e) {
            System.out.println(e.getMessage() + ": "
                    + crew.broker(0).get("/v1/queues/" + crew.queue()).body() + ", delivered and not settled:"
                    + history().unsettled());
        }
        // One more round of receives: what is settled must not come again.
        Eventually.pause(Duration.ofSeconds(1));
        close();
        return Verdict.of(history());
    }

    private boolean isEmpty() {
        Eventually.pause(Duration.ofMillis(200));
        BrokerApi api = crew.broker(0);
        return history().isDelivered()
                && api.stat(crew.queue(), "ready") == 0
                && api.stat(crew.queue(), "inFlight") == 0
                && api.stat(crew.queue(), "scheduled") == 0;
    }

    @Override
    public void close() {
        crew.stopConsuming();
        join(publishers);
        join(consumers);
    }

    private static void join(List<Thread> threads) {
        try {
            for (Thread thread : threads) {
                thread.join(JOIN_LIMIT.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
