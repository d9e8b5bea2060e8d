package dev.postrider.broker.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.dispatch.Delivered;
import dev.postrider.broker.dispatch.ScheduleService;
import dev.postrider.broker.maintenance.RunningBroker.Client;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.schedule.Missed;
import dev.postrider.broker.schedule.Schedule;
import dev.postrider.broker.schedule.Timing;
import dev.postrider.broker.store.Await;
import dev.postrider.broker.store.postgres.DatabaseSettings;
import dev.postrider.broker.store.postgres.DatabaseUrl;
import dev.postrider.broker.store.postgres.TestServer;
import dev.postrider.protocol.TextDuration;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two brokers on one database, and schedules whose time is set back so that they are due. */
class TimekeeperTest {
    private final Vertx vertx = Vertx.vertx();
    private DatabaseUrl url;
    private Keeper one;
    private Keeper other;

    /** A broker that fires schedules once it is told to. */
    private static final class Keeper implements AutoCloseable {
        final RunningBroker running;
        final ScheduleService schedules;
        final Timekeeper timekeeper;

        Keeper(Vertx vertx, DatabaseUrl url, String address) {
            running = new RunningBroker(vertx, url, DatabaseSettings.DEFAULTS, address).join();
            schedules = new ScheduleService(running.broker, running.storage.schedules());
            timekeeper = new Timekeeper(running.broker, schedules, running.storage.schedules(), running.loop);
        }

        @Override
        public void close() {
            timekeeper.stop();
            running.close();
        }
    }

    @BeforeEach
    void start() {
        url = TestServer.newDatabase();
        one = new Keeper(vertx, url, "host:1");
        other = new Keeper(vertx, url, "host:2");
    }

    @AfterEach
    void stop() {
        one.close();
        other.close();
        Await.result(vertx.close());
    }

    @Test
    void aFiringIsStoredOnceThoughBothBrokersFireIt() {
        put("report", Missed.ONCE);
        setBack("report", 1_000);
        one.timekeeper.start();
        other.timekeeper.start();
        awaitAdvanced("report");

        Client client = consume();
        setBack("report", 2_000);
        Await.until(client.got::size, count -> count == 2);
        awaitAdvanced("report");
        endMark();
        Await.until(client.got::size, count -> count == 3);
        assertThat(stored()).isEqualTo(3);

        Delivered first = client.got.peek();
        assertThat(new String(first.record().body(), StandardCharsets.UTF_8)).isEqualTo("wake up");
        assertThat(first.record().headers())
                .containsEntry("a", "b")
                .containsEntry(ScheduleService.NAME_HEADER, "report");
    }

    @Test
    void aFiringThatWasStoredBeforeItsBrokerEndedIsNotStoredAgain() {
        QueueSettings defaults = QueueSettings.DEFAULTS;
        Await.result(one.running
                .storage
                .queues()
                .put(
                        RunningBroker.QUEUE,
                        new QueueSettings(
                                defaults.lease(),
                                defaults.maxAttempts(),
                                defaults.backoff(),
                                defaults.ttl(),
                                defaults.limits(),
                                defaults.precedence(),
                                TextDuration.ofMillis(0),
                                null,
                                defaults.durability())));
        put("report", Missed.ONCE);
        setBack("report", 10_000);
        Schedule due = Await.result(one.schedules.get("report"));
        Await.result(one.schedules.fire(due));
        one.running.close();

        other.timekeeper.start();
        awaitAdvanced("report");

        Client client = other.running.consume(10);
        client.consumer();
        Await.result(other.running.publish(1));
        Await.until(client.got::size, count -> count == 2);
        assertThat(stored()).isEqualTo(2);
    }

    @Test
    void manyMissedFiringsAreMadeUpForByOne() {
        put("report", Missed.ONCE);
        setBack("report", 10 * 24 * 60 * 60 * 1_000L);
        one.timekeeper.start();
        awaitAdvanced("report");
        assertThat(stored()).isEqualTo(1);
    }

    @Test
    void missedFiringsAreLeftOutIfTheScheduleSaysSo() {
        put("missed", Missed.SKIP);
        put("in-time", Missed.SKIP);
        setBack("missed", Timekeeper.LATE_MILLIS + 60_000);
        setBack("in-time", Timekeeper.LATE_MILLIS / 2);
        one.timekeeper.start();
        awaitAdvanced("missed");
        awaitAdvanced("in-time");

        Client client = consume();
        endMark();
        Await.until(client.got::size, count -> count == 2);
        // The mark may be handed on from memory before what was stored earlier is claimed.
        assertThat(client.got)
                .extracting(one -> one.record().headers().get(ScheduleService.NAME_HEADER))
                .containsExactlyInAnyOrder("in-time", null);
    }

    @Test
    void aScheduleWhoseQueueIsFullWaitsAndKeepsNoOtherFromFiring() {
        TestServer.execute(url, "insert into queue (name, settings) values ('full', '{\"maxMessages\": 1}')");
        put("stuck", "full", Missed.ONCE);
        Await.result(one.running.broker.publish(
                "full", List.of(MessageRecord.builder().build())));
        put("report", Missed.ONCE);
        setBack("stuck", 20_000);
        setBack("report", 10_000);
        one.timekeeper.start();
        awaitAdvanced("report");
        assertThat(Await.result(one.schedules.get("stuck")).state().nextAtMillis())
                .isLessThan(System.currentTimeMillis());

        Await.result(one.running.storage.messages().purge(queueId("full")));
        awaitAdvanced("stuck");
    }

    @Test
    void aScheduleWhoseQueueIsGoneGoesOn() {
        put("orphan", "gone", Missed.ONCE);
        // The brokers of this test would create it again.
        TestServer.execute(url, "update schedule set queue = '!' where name = 'orphan'");
        setBack("orphan", 1_000);
        one.timekeeper.start();
        awaitAdvanced("orphan");
    }

    @Test
    void theQueuesOfATopicGetWhatIsFiredToIt() {
        int topic = Await.result(one.running.storage.topics().createIfAbsent("orders"))
                .id();
        Client client = consume();
        Await.result(one.running.publish(1));
        Await.result(one.running.storage.topics().subscribe(topic, queueId(RunningBroker.QUEUE), null));
        put("topical", new Schedule.Target(null, "orders"), Missed.ONCE);
        setBack("topical", 1_000);

        one.timekeeper.start();

        Await.until(client.got::size, count -> count == 2);
        assertThat(client.got).anyMatch(got -> "orders".equals(got.record().topic()));
    }

    private void put(String name, Missed missed) {
        put(name, RunningBroker.QUEUE, missed);
    }

    private void put(String name, String queue, Missed missed) {
        put(name, new Schedule.Target(queue, null), missed);
    }

    private void put(String name, Schedule.Target target, Missed missed) {
        Schedule schedule = new Schedule(
                name,
                Timing.parse("0 0 1 1 *", "UTC"),
                target,
                MessageRecord.builder()
                        .contentType("text/plain")
                        .header("a", "b")
                        .body("wake up".getBytes(StandardCharsets.UTF_8))
                        .build(),
                missed,
                null);
        assertThat(Await.result(one.schedules.put(schedule)).created()).isTrue();
    }

    private void setBack(String name, long millis) {
        TestServer.execute(
                url, "update schedule set next_at = clock_millis() - " + millis + " where name = '" + name + "'");
    }

    private void awaitAdvanced(String name) {
        Await.until(
                () -> TestServer.query(
                        url, "select next_at > clock_millis() from schedule where name = '" + name + "'"),
                "t"::equals);
    }

    /** Messages of the queue that are stored and not settled. */
    private int stored() {
        return Integer.parseInt(TestServer.query(
                url, "select coalesce(sum(count), 0) from delivery where queue_id = " + queueId(RunningBroker.QUEUE)));
    }

    private int queueId(String name) {
        return Integer.parseInt(TestServer.query(url, "select id from queue where name = '" + name + "'"));
    }

    private Client consume() {
        Client client = one.running.consume(100);
        client.consumer();
        return client;
    }

    /** What comes behind everything that was fired. */
    private void endMark() {
        Await.result(one.running.publish(1));
    }
}
