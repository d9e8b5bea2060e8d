package dev.postrider.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.system.history.Verdict;
import dev.postrider.system.load.ClientKind;
import dev.postrider.system.load.Fleet;
import dev.postrider.system.load.SdkClients;
import dev.postrider.system.process.BrokerApi;
import dev.postrider.system.process.BrokerProcess;
import dev.postrider.system.process.Eventually;
import dev.postrider.system.process.RunningPrograms;
import dev.postrider.system.process.WallClock;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Three brokers on one database, the wall clock of one seven minutes ahead of it, that of another seven minutes behind,
 * while that of the third jumps to and fro by an hour. All that has a time is published through each of them and waited
 * for at each of them, beside a load on all of them. The database's clock is ours.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClocksIT {
    private static final Duration OFF = Duration.ofMinutes(7);
    private static final Duration JUMP = Duration.ofHours(1);
    /** A machine that stalls may be many seconds late; one clock of the three would be minutes. */
    private static final long LATE_MILLIS = 15_000;

    private static final long ABOUT_MILLIS = 1_000;
    private static final int BROKERS = 3;

    @RegisterExtension
    private static final RunningPrograms PROGRAMS = new RunningPrograms();

    private static final ExecutorService THREADS = Executors.newCachedThreadPool();
    private static final List<BrokerProcess> BROKER = new ArrayList<>();
    private static final List<WallClock> CLOCK = new ArrayList<>();
    private static final List<Instant> FIRING = new ArrayList<>();
    private static final AtomicLong LATEST = new AtomicLong();

    private static Duration jumped = Duration.ZERO;
    private static Fleet fleet;
    private static SdkClients sdk;

    /** What is done with the API of one broker and that of another, or twice the same. */
    private interface Between {
        void run(String queue, BrokerApi from, BrokerApi to) throws Exception;
    }

    @BeforeAll
    static void start() {
        if (WallClock.library().isEmpty()) {
            System.err.println("################################################################");
            System.err.println("# libfaketime is not installed: the tests of wrong clocks are SKIPPED");
            System.err.println("################################################################");
        }
        assumeTrue(WallClock.library().isPresent(), "libfaketime is not installed");
        String url = PROGRAMS.database().url();
        for (Duration off : List.of(OFF, OFF.negated(), Duration.ZERO)) {
            BrokerProcess broker = PROGRAMS.broker().onDatabase(url);
            // Less than what clocks are off, and so long that no stall of the machine is taken for a death.
            broker.env("POSTRIDER_BROKER_SILENCE", "60s");
            CLOCK.add(WallClock.of(broker, off));
            BROKER.add(broker);
            broker.launch();
        }
        BROKER.forEach(broker -> broker.awaitReady(Duration.ofSeconds(120)));
        api(0).putQueue("load", "{\"maxAttempts\":100,\"lease\":\"4s\"}");
        List<BrokerApi> apis = BROKER.stream().map(BrokerProcess::api).toList();
        fleet = Fleet.start(apis, "load", new Fleet.Temper(200, true));
        sdk = SdkClients.start(fleet, 2, new Fleet.Temper(200, true));
    }

    @AfterAll
    static void stop() {
        if (fleet != null) {
            sdk.close();
            fleet.close();
        }
        THREADS.shutdownNow();
    }

    @BeforeEach
    void jump() {
        jumped = jumped.isZero() ? JUMP : jumped.isNegative() ? Duration.ZERO : JUMP.negated();
        CLOCK.get(2).set(jumped);
    }

    private static BrokerApi api(int broker) {
        return BROKER.get(broker).api();
    }

    /** At once for all pairs of brokers, each with a queue of its own. */
    private static void between(String name, String settings, Between action) {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int from = 0; from < BROKERS; from++) {
            for (int to = 0; to < BROKERS; to++) {
                String queue = name + "-" + from + "-" + to;
                BrokerApi one = api(from);
                BrokerApi other = api(to);
                one.putQueue(queue, settings);
                all.add(CompletableFuture.runAsync(
                        () -> {
                            try {
                                action.run(queue, one, other);
                            } catch (Exception e) {
                                throw new AssertionError(queue, e);
                            }
                        },
                        THREADS));
            }
        }
        all.forEach(CompletableFuture::join);
    }

    /** Now is later than {@code due}, by little, and not earlier by more than {@code earlyMillis}. */
    private static void isDue(String queue, Instant due, long earlyMillis) {
        long late = Duration.between(due, Instant.now()).toMillis();
        LATEST.accumulateAndGet(late, Math::max);
        assertThat(late).as("milliseconds late in " + queue).isBetween(-earlyMillis, LATE_MILLIS);
    }

    private static void isAbout(String what, JsonNode instant, Instant expected) {
        assertThat(Duration.between(expected, Instant.parse(instant.asText())).toMillis())
                .as(what + " " + instant + " against " + expected)
                .isBetween(-ABOUT_MILLIS, LATE_MILLIS);
    }

    private static String publish(BrokerApi broker, String queue, Map<String, String> headers) {
        return broker.publish(queue, "x", headers).expect(201).body().get("id").asText();
    }

    private static JsonNode receiveOne(BrokerApi broker, String queue) {
        List<JsonNode> messages = broker.receive(queue, 1, "15s");
        assertThat(messages).as(queue).hasSize(1);
        return messages.get(0);
    }

    @Test
    @Order(1)
    void theClocksAreOffAsFarAsIsSaid() {
        List<Duration> meant = List.of(OFF, OFF.negated(), jumped);
        for (int broker = 0; broker < BROKERS; broker++) {
            WallClock clock = CLOCK.get(broker);
            Duration expected = meant.get(broker);
            Eventually.that(
                    "the clock of broker " + broker + " is off by " + expected,
                    Duration.ofSeconds(20),
                    () -> clock.off().minus(expected).abs().toSeconds() < 20);
        }
    }

    @Test
    @Order(2)
    void aScheduleFiresNextByTheDatabasesClock() {
        for (int broker = 0; broker < BROKERS; broker++) {
            api(broker).putQueue("fired-" + broker, "{}");
            Instant now = Instant.now();
            JsonNode schedule = api(broker)
                    .put(
                            "/v1/schedules/minutely-" + broker,
                            "{\"cron\":\"* * * * *\",\"queue\":\"fired-" + broker + "\",\"message\":{\"text\":\"x\"}}")
                    .expect(201)
                    .body();
            Instant firing = Instant.parse(schedule.get("next").asText());
            assertThat(firing)
                    .isBetween(now.minusMillis(ABOUT_MILLIS), Instant.now().plusMillis(60_000 + ABOUT_MILLIS));
            FIRING.add(firing);
        }
    }

    @Test
    @Order(3)
    void delaysEndByTheDatabasesClock() {
        between("delayed", "{}", (queue, from, to) -> {
            Instant due = Instant.now().plusMillis(1_000);
            publish(from, queue, Map.of("Postrider-Delay", "1s"));
            publish(from, queue, Map.of("Postrider-Deliver-At", due.toString()));
            for (int i = 0; i < 2; i++) {
                JsonNode message = receiveOne(to, queue);
                isDue(queue, due, 5);
                isAbout("published", message.get("publishedAt"), due.minusMillis(1_000));
            }
        });
    }

    @Test
    @Order(4)
    void leasesEndByTheDatabasesClock() {
        between("leased", "{\"lease\":\"1s\"}", (queue, from, to) -> {
            publish(from, queue, Map.of());
            receiveOne(from, queue);
            Instant due = Instant.now().plusMillis(1_000);
            JsonNode again = receiveOne(to, queue);
            // The lease began before the answer had arrived.
            isDue(queue, due, ABOUT_MILLIS);
            assertThat(again.get("attempt").asInt()).isEqualTo(2);
        });
    }

    @Test
    @Order(5)
    void retriesComeAfterTheirBackoff() {
        String retry = "{\"retry\":{\"initialDelay\":\"1s\",\"multiplier\":1.0,\"maxDelay\":\"1s\",\"jitter\":0}}";
        between("retried", retry, (queue, from, to) -> {
            publish(from, queue, Map.of());
            JsonNode message = receiveOne(from, queue);
            Instant due = Instant.now().plusMillis(1_000);
            from.settle(queue, "nack", BrokerApi.receipts(List.of(message)), "");
            assertThat(receiveOne(to, queue).get("attempt").asInt()).isEqualTo(2);
            isDue(queue, due, 5);
        });
    }

    @Test
    @Order(6)
    void messagesExpireByTheDatabasesClockAndNoSooner() {
        api(0).putQueue("late", "{}");
        between("expiring", "{\"ttl\":\"2s\",\"deadLetterQueue\":\"late\"}", (queue, from, to) -> {
            Instant published = Instant.now();
            publish(from, queue, Map.of());
            JsonNode fresh = receiveOne(to, queue);
            isAbout("expires", fresh.get("expiresAt"), published.plusMillis(2_000));
            to.ack(queue, BrokerApi.receipts(List.of(fresh)));
            publish(from, queue, Map.of());
            Eventually.pause(Duration.ofMillis(2_000));
            assertThat(to.receive(queue, 1, "0s"))
                    .as("what has expired in " + queue)
                    .isEmpty();
        });
        List<JsonNode> late = new ArrayList<>();
        Eventually.that("all that expired is a dead letter", Duration.ofSeconds(15), () -> {
            late.addAll(api(1).receive("late", 10, "1s"));
            return late.size() >= BROKERS * BROKERS;
        });
        assertThat(late).hasSize(BROKERS * BROKERS);
    }

    @Test
    @Order(7)
    void aDeduplicationKeyIsKnownForItsWindowAndNoLonger() {
        between("keyed", "{\"deduplicationWindow\":\"3s\"}", (queue, from, to) -> {
            Map<String, String> key = Map.of("Idempotency-Key", "order");
            String first = publish(from, queue, key);
            Instant over = Instant.now().plusMillis(3_000);
            assertThat(publish(to, queue, key))
                    .as("within the window of " + queue)
                    .isEqualTo(first);
            Eventually.pause(Duration.between(Instant.now(), over.plusMillis(200)));
            assertThat(publish(to, queue, key))
                    .as("after the window of " + queue)
                    .isNotEqualTo(first);
        });
    }

    @Test
    @Order(8)
    void aRateIsSharedByAllAndNobodyTakesTheTimeOfMinutesToCome() {
        api(0).putQueue("rated", "{\"maxDeliveryRate\":\"20/s\"}");
        List<String> texts = IntStream.range(0, 300).mapToObj(i -> "rated-" + i).toList();
        api(0).publishBatch("rated", texts).expect(201);
        Instant begin = Instant.now();
        Instant end = begin.plusSeconds(2);
        List<CompletableFuture<Integer>> counts = new ArrayList<>();
        for (int i = 0; i < BROKERS; i++) {
            BrokerApi broker = api(i);
            counts.add(CompletableFuture.supplyAsync(
                    () -> {
                        int count = 0;
                        while (Instant.now().isBefore(end)) {
                            count += broker.receive("rated", 10, "500ms").size();
                        }
                        return count;
                    },
                    THREADS));
        }
        List<Integer> received = counts.stream().map(CompletableFuture::join).toList();
        double seconds = Duration.between(begin, Instant.now()).toMillis() / 1_000.0;
        int all = received.stream().mapToInt(Integer::intValue).sum();
        System.out.println("Handed out at 20/s within " + seconds + " s: " + received);

        assertThat((double) all).as("messages in " + seconds + " s").isBetween(15.0, 20 * seconds + 5);
        assertThat(received).as("each broker gets its share").allMatch(count -> count > 0);
    }

    @Test
    @Order(9)
    void theOldestComesFirstWhoeverTookIt() {
        api(0).putQueue("aged", "{}");
        for (int broker = 0; broker < BROKERS; broker++) {
            api(broker).publish("aged", "from " + broker, Map.of()).expect(201);
            Eventually.pause(Duration.ofMillis(400));
        }
        assertThat(api(1).receive("aged", 10, "5s"))
                .extracting(message -> message.get("text").asText())
                .containsExactly("from 0", "from 1", "from 2");
    }

    @Test
    @Order(10)
    void aTopicRetainsByTheDatabasesClock() {
        api(0).put("/v1/topics/kept", "{\"retention\":\"2m\"}").expect(201);
        for (int broker = 0; broker < BROKERS; broker++) {
            api(broker)
                    .put("/v1/topics/kept/subscriptions/seeker-" + broker, "{}")
                    .expect(201);
        }
        Instant begin = Instant.now().minusSeconds(1);
        for (int broker = 0; broker < BROKERS; broker++) {
            publishToTopic(api(broker));
        }
        for (int broker = 0; broker < BROKERS; broker++) {
            BrokerApi api = api(broker);
            String queue = "seeker-" + broker;
            List<JsonNode> messages = new ArrayList<>();
            Eventually.that("all have come to " + queue, Duration.ofSeconds(10), () -> {
                List<JsonNode> some = api.receive(queue, 10, "1s");
                api.ack(queue, BrokerApi.receipts(some));
                messages.addAll(some);
                return messages.size() == BROKERS;
            });
            assertThat(requeued(api, queue, begin)).isEqualTo(BROKERS);
            assertThat(requeued(api, queue, Instant.now().plusSeconds(60))).isZero();
        }
    }

    private static void publishToTopic(BrokerApi broker) {
        broker.post("/v1/topics/kept/batch", "{\"messages\":[{\"text\":\"x\"}]}")
                .expect(201);
    }

    private static int requeued(BrokerApi broker, String queue, Instant from) {
        return broker.post("/v1/queues/" + queue + "/seek", "{\"from\":\"" + from + "\"}")
                .expect(200)
                .body()
                .get("requeued")
                .asInt();
    }

    @Test
    @Order(11)
    void theLoadBesideHasLostNothingAndNobodyWasTakenForDead() throws IOException {
        sdk.stopPublishing();
        Verdict verdict = fleet.finish(Duration.ofSeconds(60));
        System.out.println(verdict + "\n" + fleet.census().table() + "Refusals: " + fleet.refusals() + "; SDK "
                + sdk.failures() + " " + sdk.unsettled() + "; latest " + LATEST + " ms after its time");

        assertThat(verdict.faults()).isEmpty();
        assertThat(fleet.census().faults(EnumSet.allOf(ClientKind.class), verdict))
                .isEmpty();
        assertThat(fleet.misconduct()).isEmpty();
        assertThat(sdk.failures()).isEmpty();
        for (BrokerProcess broker : BROKER) {
            String log = Files.readString(broker.log());
            assertThat(log.split("This broker is ", -1))
                    .as("names in " + broker.log())
                    .hasSize(2);
            assertThat(log).doesNotContain("declared dead", "Freed deliveries");
        }
        firedNotBeforeItsTime();
    }

    /** The minute is over at some time, which need not be within this test. */
    private static void firedNotBeforeItsTime() {
        for (int broker = 0; broker < BROKERS; broker++) {
            List<JsonNode> fired = api(1).receive("fired-" + broker, 10, "0s");
            long past = Duration.between(FIRING.get(broker), Instant.now()).toMillis();
            assertThat(fired)
                    .as("firings, " + past + " ms after the first was due")
                    .hasSizeBetween(past > LATE_MILLIS ? 1 : 0, past < 0 ? 0 : 2);
        }
    }
}
