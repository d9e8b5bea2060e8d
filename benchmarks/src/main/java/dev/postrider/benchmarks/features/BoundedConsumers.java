package dev.postrider.benchmarks.features;

import dev.postrider.benchmarks.features.InFlight.Life;
import dev.postrider.client.PostriderClient;
import dev.postrider.client.ReceivedMessage;
import dev.postrider.client.SubscribeOptions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Consumers of a queue at every broker, each of which could hold all that may be in flight, and works on each message
 * for a while. Counts what is in flight.
 */
final class BoundedConsumers {
    static final int WORK_MILLIS = 20;

    private final Replicas replicas;
    private final String queue;
    private final Tally tally;
    private final int credit;
    private final InFlight inFlight = new InFlight();
    private final AtomicReferenceArray<Life> lives;
    /** Those that were killed and are still listed, by the id that they had. */
    private final Map<Long, Life> listed = new ConcurrentHashMap<>();

    private final ScheduledExecutorService work = Executors.newSingleThreadScheduledExecutor();
    private final Connection database;
    private final Connection killersDatabase;
    private volatile boolean observing = true;
    private Tally.Mark begin;

    BoundedConsumers(Replicas replicas, String queue, Tally tally, int credit) throws SQLException {
        this.replicas = replicas;
        this.queue = queue;
        this.tally = tally;
        this.credit = credit;
        this.lives = new AtomicReferenceArray<>(replicas.size());
        this.database = replicas.connect();
        this.killersDatabase = replicas.connect();
    }

    void open() {
        begin = tally.mark();
        for (int broker = 0; broker < replicas.size(); broker++) {
            lives.set(broker, new Life());
            PostriderClient client = replicas.client(broker);
            client.subscribe(queue, SubscribeOptions.defaults()).subscribe().withSubscriber(new Consumer(broker));
        }
    }

    /** Right before that broker is killed. On the killer's thread. */
    void killed(int broker) {
        Life life = lives.getAndSet(broker, new Life());
        life.end(System.nanoTime());
        inFlight.died(life);
        int port = replicas.broker(broker).url().getPort();
        String query = "select id from broker where address like '%:" + port + "' order by started_at desc limit 1";
        try (Statement statement = killersDatabase.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            if (rows.next()) {
                listed.put(rows.getLong(1), life);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sees which of the killed ones still count as brokers. */
    void look() throws SQLException {
        long asked = System.nanoTime();
        Set<Long> there = new HashSet<>();
        try (Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery("select id from broker")) {
            while (rows.next()) {
                there.add(rows.getLong(1));
            }
        }
        listed.forEach((id, life) -> {
            if (there.contains(id)) {
                life.seen(asked);
            } else {
                listed.remove(id);
            }
        });
    }

    /** The most that were in flight at once. Nothing is observed any more from now on. */
    int most() {
        observing = false;
        return inFlight.most();
    }

    /** So far. */
    double perSecond() {
        return tally.settledPerSecondSince(begin);
    }

    void close() {
        work.shutdown();
        try {
            database.close();
            killersDatabase.close();
        } catch (SQLException e) {
            System.err.println(e.getMessage());
        }
    }

    /** Of one broker, in all its lives. */
    private final class Consumer implements Flow.Subscriber<ReceivedMessage> {
        private final int broker;
        private Flow.Subscription subscription;

        Consumer(int broker) {
            this.broker = broker;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(credit);
        }

        @Override
        public void onNext(ReceivedMessage message) {
            tally.received(Inlet.stamp(message).id());
            if (!observing) {
                settle(message);
                return;
            }
            Life life = lives.get(broker);
            inFlight.taken(life);
            var ignored = work.schedule(() -> worked(message, life), WORK_MILLIS, TimeUnit.MILLISECONDS);
        }

        private void worked(ReceivedMessage message, Life life) {
            if (life.hasEnded()) {
                // Its consumer went with it; the message comes again.
                subscription.request(1);
                return;
            }
            inFlight.released(life);
            settle(message);
        }

        private void settle(ReceivedMessage message) {
            message.ack()
                    .subscribe()
                    .with(
                            done -> {
                                tally.settled();
                                subscription.request(1);
                            },
                            failure -> {
                                tally.unsettled();
                                subscription.request(1);
                            });
        }

        @Override
        public void onError(Throwable failure) {
            System.err.println("No more of " + queue + ": " + failure);
        }

        @Override
        public void onComplete() {
            // The client was closed.
        }
    }
}
