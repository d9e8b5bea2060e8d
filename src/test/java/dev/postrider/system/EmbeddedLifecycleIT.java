package dev.postrider.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.system.process.BrokerApi;
import dev.postrider.system.process.BrokerProcess;
import dev.postrider.system.process.Eventually;
import dev.postrider.system.process.RunningPrograms;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A broker with the PostgreSQL inside: one process tree, which keeps its data and leaves nothing behind. */
class EmbeddedLifecycleIT {
    private static final String QUEUE = "kept";
    /** How long things take is printed, not asserted: the machine has other things to do. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    private final RunningPrograms programs = new RunningPrograms();

    @Test
    void messagesAndSettingsAreThereAfterAnOrderlyRestart() {
        BrokerProcess broker = programs.broker();
        Duration first = broker.start();
        broker.api().putQueue(QUEUE, "{\"lease\":\"7s\"}");
        String id = publish(broker, "hello");

        Duration stopped = broker.terminate(PATIENCE);
        assertThat(broker.databaseProcess()).isEmpty();
        Duration second = broker.start();
        System.out.printf(
                "Ready after %d ms with a new data directory, %d ms with an existing one; stopped in %d ms%n",
                first.toMillis(), second.toMillis(), stopped.toMillis());

        JsonNode queue = broker.api().get("/v1/queues/" + QUEUE).expect(200).body();
        assertThat(queue.at("/settings/lease").asText()).isEqualTo("7s");
        List<JsonNode> messages = broker.api().receive(QUEUE, 10, "5s");
        assertThat(messages).hasSize(1);
        assertThat(messages.get(0).get("id").asText()).isEqualTo(id);
        assertThat(messages.get(0).get("text").asText()).isEqualTo("hello");
    }

    @Test
    void aSecondBrokerOnTheSameDataDirectoryIsRefusedAndSaysWhy() {
        BrokerProcess first = programs.broker();
        first.start();
        BrokerProcess second = programs.brokerBeside(first);
        second.launch();

        assertThat(second.awaitExit(PATIENCE)).isNotZero();
        assertThat(second.logTail())
                .contains(first.dataDirectory().toString())
                .contains("in use")
                .contains(Long.toString(first.pid()));
        publish(first, "the first one goes on");
    }

    @ParameterizedTest
    @CsvSource({
        "POSTRIDER_DATABASE_URL, nonsense, postgresql://",
        "POSTRIDER_DATABASE_HOT_CONNECTIONS, 0, hot-connections",
        "POSTRIDER_DATABASE_MANAGEMENT_CONNECTIONS, -1, management-connections",
        "POSTRIDER_BROKER_LANES, 0, lanes",
        "POSTRIDER_BROKER_HEARTBEAT, 5s, two heartbeats",
        "POSTRIDER_BROKER_SILENCE, soon, silence",
        "POSTRIDER_LIMITS_MESSAGE_BYTES, 1G, message-bytes",
    })
    void aSettingThatCannotBeIsRefusedInALineThatNamesIt(String variable, String value, String told) {
        BrokerProcess broker = programs.broker();
        broker.env(variable, value);
        broker.launch();

        assertThat(broker.awaitExit(PATIENCE)).isNotZero();
        assertThat(broker.logTail()).contains(told).doesNotContain("\tat ");
    }

    @Test
    void aKilledBrokerLeavesNoDatabaseBehindAndNothingIsLost() {
        BrokerProcess broker = programs.broker();
        broker.start();
        publish(broker, "survives");
        ProcessHandle postmaster = broker.databaseProcess().orElseThrow();

        broker.kill();
        Duration gone = Eventually.that("the database has ended", PATIENCE, () -> !postmaster.isAlive());
        Duration start = broker.start();
        System.out.printf(
                "Database gone %d ms after the broker was killed; ready again after %d ms%n",
                gone.toMillis(), start.toMillis());

        assertThat(broker.api().receive(QUEUE, 10, "5s"))
                .extracting(message -> message.get("text").asText())
                .containsExactly("survives");
    }

    @Test
    void aBrokerKilledAndStartedAtOnceTakesOverItsDataDirectory() {
        BrokerProcess broker = programs.broker();
        broker.start();
        publish(broker, "survives");

        broker.kill();
        broker.start();
        assertThat(broker.api().receive(QUEUE, 10, "5s")).hasSize(1);
    }

    @Test
    void aDeadDatabaseIsStartedAgainUnderTheRunningBroker() {
        BrokerProcess broker = programs.broker();
        broker.start();
        publish(broker, "before");
        ProcessHandle killed = broker.databaseProcess().orElseThrow();
        killed.destroyForcibly();

        // A server process that has not yet noticed the end of its parent may still commit.
        Duration outage = Eventually.that(
                "the broker stores again",
                PATIENCE,
                () -> broker.databaseProcess()
                                .filter(process -> process.pid() != killed.pid())
                                .isPresent()
                        && broker.api().publish(QUEUE, "after", Map.of()).status() == 201);
        System.out.printf("Storing again %d ms after the database was killed%n", outage.toMillis());
        assertThat(broker.isAlive()).isTrue();
        assertThat(broker.api().stat(QUEUE, "ready")).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aBrokerToldToStopGivesBackWhatItsConsumersHoldAndEndsInTime() {
        BrokerProcess broker = programs.broker();
        broker.start();
        for (int i = 0; i < 20; i++) {
            publish(broker, "m" + i);
        }
        List<JsonNode> held = broker.api().receive(QUEUE, 20, "5s");
        assertThat(held).hasSize(20);

        Duration exit = broker.terminate(PATIENCE);
        assertThat(broker.databaseProcess()).isEmpty();
        broker.start();
        long begin = System.nanoTime();
        List<JsonNode> again = broker.api().receive(QUEUE, 20, "10s");
        Duration back = Duration.ofNanos(System.nanoTime() - begin);
        System.out.printf("Stopped in %d ms; all held messages back after %d ms%n", exit.toMillis(), back.toMillis());

        assertThat(again).hasSize(20);
        assertThat(again)
                .allSatisfy(message -> assertThat(message.get("attempt").asInt())
                        .as("giving back in order counts no attempt")
                        .isEqualTo(1));
        JsonNode stale = broker.api().ack(QUEUE, BrokerApi.receipts(held));
        assertThat(stale.get("settled").asInt()).isZero();
    }

    @Test
    void anotherReplicaOnTheEmbeddedDatabaseSettlesWhatTheFirstHolds() {
        BrokerProcess first = programs.broker();
        first.start();
        BrokerProcess second = programs.broker().onDatabase(first.databaseUrl());
        second.start();
        publish(first, "held by the first");
        List<JsonNode> held = first.api().receive(QUEUE, 1, "5s");

        JsonNode settled = second.api().ack(QUEUE, BrokerApi.receipts(held));
        assertThat(settled.get("settled").asInt()).as(settled.toString()).isEqualTo(1);
    }

    @Test
    void anAddressThatIsSetIsTheOneThatOtherReplicasReachItBy() {
        BrokerProcess first = programs.broker();
        first.env("POSTRIDER_BROKER_ADDRESS", "localhost:" + first.uri("").getPort());
        first.start();
        assertThat(first.logTail()).contains("at localhost:" + first.uri("").getPort());
    }

    @Test
    void aKilledBrokerStartedAtAnotherPortGivesBackAtOnceWhatItsConsumersHeld() {
        BrokerProcess broker = programs.broker();
        broker.start();
        publish(broker, "held");
        assertThat(broker.api().receive(QUEUE, 1, "5s")).hasSize(1);

        broker.kill();
        BrokerProcess again = programs.brokerBeside(broker);
        again.start();
        // Sooner than a broker is given up that is only silent.
        assertThat(again.api().receive(QUEUE, 1, "5s")).hasSize(1);
        again.terminate(PATIENCE);
    }

    private static String publish(BrokerProcess broker, String text) {
        return broker.api()
                .publish(QUEUE, text, Map.of())
                .expect(201)
                .body()
                .get("id")
                .asText();
    }
}
