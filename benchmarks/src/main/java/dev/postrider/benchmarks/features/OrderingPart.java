package dev.postrider.benchmarks.features;

import dev.postrider.benchmarks.workload.RandomBodies;
import dev.postrider.client.OutgoingMessage;
import dev.postrider.client.PostriderClient;
import dev.postrider.client.QueueOptions;
import dev.postrider.client.ReceivedMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * A queue ordered by key, with producers and consumers at three brokers of which one is killed every five seconds.
 */
final class OrderingPart implements Part {
    private static final int BROKERS = 3;
    private static final int KEYS = 1_000;
    private static final int LANES = 8;
    private static final int BATCH = 100;
    private static final int BODY_BYTES = 100;
    private static final int PREFETCH = 500;
    /** So that a key whose broker is dead does not hold up those that are published with it. */
    private static final int AHEAD_MAX = 30;

    private static final int PER_KEY_MAX = Tally.MESSAGES_MAX / KEYS;
    private static final int WORK_MILLIS = 2;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(60);
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final String QUEUE = "ordered";

    @Override
    public String name() {
        return "ordering";
    }

    @Override
    public void run(Effort effort, Sheet sheet) throws IOException {
        run(effort.seconds(12), false, sheet);
        run(effort.secondsWithKills(60), true, sheet);
    }

    private void run(Duration length, boolean kills, Sheet sheet) throws IOException {
        try (Replicas replicas = Replicas.start(BROKERS)) {
            replicas.putQueue(QUEUE, QueueOptions.defaults().withOrdering("key").withMaxAttempts(1_000));
            Load load = new Load(replicas);
            load.consume();
            // Partitions find their brokers first, which is no pause.
            join(load.publish(WARM_UP));
            load.tally.awaitAll(DRAIN_LIMIT);
            load.order.forgetPauses();
            Tally.Mark begin = load.tally.mark();
            List<Thread> lanes = load.publish(length);
            String what = "in peace";
            if (kills) {
                try (Killer killer = new Killer(replicas, load::killed)) {
                    join(lanes);
                    what = killer.kills() + " kills in " + length.toSeconds() + " s";
                }
            } else {
                join(lanes);
            }
            double perSecond = load.tally.settledPerSecondSince(begin);
            load.tally.awaitAll(DRAIN_LIMIT);
            String measured = Sheet.text(
                    "%,.0f msg/s; out of order %d, keys held twice %d, longest pause of a key %.1f s",
                    perSecond, load.order.violations(), load.order.heldTwice(), load.order.longestPauseNanos() / 1e9);
            sheet.row(name(), Sheet.text("%,d keys, three brokers, %s", KEYS, what), measured, load.tally);
        }
    }

    private static void join(List<Thread> threads) {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Who publishes and who consumes. */
    private static final class Load {
        private final Tally tally = new Tally();
        private final KeyOrder order = new KeyOrder(KEYS);
        private final Replicas replicas;
        private final int[] published = new int[KEYS];
        private final ScheduledExecutorService work = Executors.newSingleThreadScheduledExecutor();
        private final AtomicInteger lives = new AtomicInteger();
        /** Which life of its own each broker's consumer lives. */
        private final AtomicIntegerArray life = new AtomicIntegerArray(BROKERS);

        Load(Replicas replicas) {
            this.replicas = replicas;
        }

        void consume() {
            for (int i = 0; i < BROKERS; i++) {
                int broker = i;
                life.set(broker, lives.getAndIncrement());
                Inlet.subscribe(replicas.client(broker), QUEUE, PREFETCH, message -> take(message, broker));
            }
        }

        /** Its consumer does not settle what it has; a new one comes when the broker is back. */
        void killed(int broker) {
            life.set(broker, lives.getAndIncrement());
        }

        private void take(ReceivedMessage message, int broker) {
            var stamp = Inlet.stamp(message);
            if (stamp.id() < 0 || stamp.id() >= Tally.MESSAGES_MAX) {
                tally.received(stamp.id());
                return;
            }
            int holder = life.get(broker);
            int key = (int) (stamp.id() / PER_KEY_MAX);
            int number = (int) (stamp.id() % PER_KEY_MAX);
            order.taken(key, number, holder, stamp.nanos(), System.nanoTime());
            tally.received(stamp.id());
            var ignored = work.schedule(
                    () -> {
                        order.released(key, number, holder);
                        if (holder == life.get(broker)) {
                            message.ack().subscribe().with(done -> tally.settled(), failure -> tally.unsettled());
                        }
                    },
                    WORK_MILLIS,
                    TimeUnit.MILLISECONDS);
        }

        List<Thread> publish(Duration length) {
            long end = System.nanoTime() + length.toNanos();
            List<Thread> threads = new ArrayList<>();
            for (int lane = 0; lane < LANES; lane++) {
                int first = lane;
                PostriderClient client = replicas.clientOfAll();
                Thread thread = new Thread(() -> publish(client, first, end), "lane-" + lane);
                threads.add(thread);
                thread.start();
            }
            return threads;
        }

        /** Keys of a lane get their next message together, once the one before was answered. */
        private void publish(PostriderClient client, int lane, long endNanos) {
            RandomBodies bodies = new RandomBodies(BODY_BYTES, lane);
            int key = lane;
            while (System.nanoTime() < endNanos) {
                List<OutgoingMessage> batch = new ArrayList<>();
                List<Integer> keys = new ArrayList<>();
                for (int i = 0; i < KEYS / LANES && batch.size() < BATCH; i++) {
                    key = key + LANES < KEYS ? key + LANES : lane;
                    int number = published[key];
                    if (number - order.received(key) < AHEAD_MAX && number < PER_KEY_MAX) {
                        keys.add(key);
                        long id = (long) key * PER_KEY_MAX + number;
                        tally.attempt(id, 1);
                        batch.add(OutgoingMessage.bytes(bodies.next(System.nanoTime(), id), Outlet.TYPE)
                                .withKey("key-" + key)
                                .withDeduplicationKey("m-" + id));
                    }
                }
                if (batch.isEmpty()) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                    continue;
                }
                if (!isStored(client, batch, endNanos)) {
                    tally.refused(batch.size(), new IOException("Not stored in time"));
                    return;
                }
                keys.forEach(stored -> tally.stored((long) stored * PER_KEY_MAX + published[stored]++, 1));
            }
        }

        /** Repeats it until it is: otherwise a key would have a gap. */
        private static boolean isStored(PostriderClient client, List<OutgoingMessage> batch, long endNanos) {
            while (true) {
                try {
                    client.publishAll(QUEUE, batch).await().atMost(LIMIT);
                    return true;
                } catch (RuntimeException e) {
                    System.err.println("A batch is repeated: " + e);
                    if (System.nanoTime() > endNanos + LIMIT.toNanos()) {
                        return false;
                    }
                }
            }
        }
    }
}
