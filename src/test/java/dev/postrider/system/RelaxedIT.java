package dev.postrider.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.system.history.History;
import dev.postrider.system.history.Load;
import dev.postrider.system.history.Verdict;
import dev.postrider.system.process.BrokerApi;
import dev.postrider.system.process.BrokerProcess;
import dev.postrider.system.process.Eventually;
import dev.postrider.system.process.RunningPrograms;
import dev.postrider.system.process.Signals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a relaxed queue loses when all of PostgreSQL is killed: the last moments and nothing else. */
class RelaxedIT {
    private static final String RELAXED = "{\"durability\":\"relaxed\",\"maxAttempts\":100,\"lease\":\"5s\"}";
    private static final String DURABLE = "{\"maxAttempts\":100,\"lease\":\"5s\"}";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /**
     * "About the last second", on a machine with much to do; and until a client has booked the answer that it got.
     */
    private static final long BEFORE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int KILLS = 2;
    private static final int PROGRESS = 300;
    private static final int BATCH = 20;
    private static final int BATCHES = 100;

    @RegisterExtension
    private final RunningPrograms programs = new RunningPrograms();

    @Test
    void aRelaxedQueueLosesTheLastMomentsAndADurableOneBesideItNothing() {
        BrokerProcess broker = programs.broker();
        broker.start();
        broker.api().putQueue("relaxed", RELAXED);
        broker.api().putQueue("durable", DURABLE);
        List<Long> kills = new ArrayList<>();
        try (Load relaxed = Load.start(broker.api(), "relaxed", 2, 2);
                Load durable = Load.start(broker.api(), "durable", 1, 1)) {
            for (int kill = 0; kill < KILLS; kill++) {
                relaxed.awaitProgress(PROGRESS, PATIENCE);
                durable.awaitProgress(PROGRESS, PATIENCE);
                kills.add(relaxed.history().now());
                killDatabase(broker);
            }
            relaxed.awaitProgress(PROGRESS, PATIENCE);
            durable.awaitProgress(PROGRESS, PATIENCE);
            relaxed.stopPublishing();
            Verdict ofDurable = durable.finish(PATIENCE);
            Verdict ofRelaxed = relaxed.finishEmpty(PATIENCE);
            System.out.println("Durable: " + ofDurable + "\nRelaxed: " + ofRelaxed);

            assertThat(broker.isAlive()).isTrue();
            assertThat(ofDurable.faults()).as("of the durable queue").isEmpty();
            assertThat(ofRelaxed.invented()).as("invented").isEmpty();
            assertOnlyTheLastMoments(relaxed.history(), kills);
            assertThat(broker.api().stat("relaxed", "deadLettered")).isZero();
            assertIsEmpty(broker.api(), "relaxed");
        }
    }

    private static void assertOnlyTheLastMoments(History history, List<Long> kills) {
        long from = Long.MIN_VALUE;
        for (long kill : kills) {
            assertNothingChanged(history, from, kill - BEFORE_NANOS);
            from = kill + AFTER_NANOS;
        }
        assertNothingChanged(history, from, Long.MAX_VALUE);
    }

    private static void assertNothingChanged(History history, long from, long to) {
        assertThat(history.owed(from, to)).as("lost, not of the last moments").isEmpty();
        assertThat(history.revived(from, to))
                .as("settled long before, and there again")
                .isEmpty();
    }

    @Test
    void whatWasPublishedTogetherIsThereOrGoneTogetherAndOnlyTheEndIsGone() {
        BrokerProcess broker = programs.broker();
        broker.start();
        BrokerApi api = broker.api();
        api.putQueue("relaxed", RELAXED);
        List<Long> acknowledged = new ArrayList<>();
        while (acknowledged.size() < BATCHES) {
            api.publishBatch("relaxed", batch(acknowledged.size())).expect(201);
            acknowledged.add(System.nanoTime());
        }
        long killedAt = System.nanoTime();
        killDatabase(broker);
        Eventually.that(
                "messages are taken again",
                PATIENCE,
                () -> api.publishBatch("relaxed", batch(BATCHES)).status() == 201);
        Map<String, Integer> received = receiveAll(api);

        List<Integer> lost = new ArrayList<>();
        for (int number = 0; number < BATCHES; number++) {
            long there = batch(number).stream().filter(received::containsKey).count();
            assertThat(there).as("of batch " + number).isIn(0L, (long) BATCH);
            if (there == 0) {
                lost.add(number);
            }
        }
        System.out.println("Lost of " + BATCHES + " batches: " + lost);
        assertThat(lost)
                .as("the end")
                .isEqualTo(
                        IntStream.range(BATCHES - lost.size(), BATCHES).boxed().toList());
        assertThat(lost).allMatch(number -> acknowledged.get(number) > killedAt - BEFORE_NANOS);
        assertThat(received.keySet()).as("published after the crash").containsAll(batch(BATCHES));
        assertThat(received.keySet()).allMatch(text -> text.matches("b[0-9]+-[0-9]+"));
        assertThat(received.values()).as("none was handed out before").containsOnly(1);
        assertIsEmpty(api, "relaxed");
    }

    private static List<String> batch(int number) {
        return IntStream.range(0, BATCH).mapToObj(i -> "b" + number + "-" + i).toList();
    }

    /** Until nothing is left: how often each came. */
    private static Map<String, Integer> receiveAll(BrokerApi api) {
        Map<String, Integer> received = new HashMap<>();
        Eventually.that("nothing is left", PATIENCE, () -> {
            List<JsonNode> messages = api.receive("relaxed", 1_000, "500ms");
            messages.forEach(message -> received.merge(message.get("text").asText(), 1, Integer::sum));
            if (!messages.isEmpty()) {
                api.ack("relaxed", BrokerApi.receipts(messages));
            }
            return messages.isEmpty() && received.keySet().containsAll(batch(BATCHES));
        });
        return received;
    }

    /** The postmaster and all its children at once, so that nobody writes out what is in memory. */
    private static void killDatabase(BrokerProcess broker) {
        ProcessHandle postmaster = broker.databaseProcess().orElseThrow();
        List<ProcessHandle> all =
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        Signals.send("KILL", all.stream().map(ProcessHandle::pid).toList());
        Eventually.that("the database is gone", PATIENCE, () -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    private static void assertIsEmpty(BrokerApi api, String queue) {
        Eventually.that("queue " + queue + " is empty", PATIENCE, () -> Stream.of("ready", "inFlight", "scheduled")
                .allMatch(state -> api.stat(queue, state) == 0));
    }
}
