package dev.postrider.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.system.history.Verdict;
import dev.postrider.system.load.Fleet;
import dev.postrider.system.load.SdkClients;
import dev.postrider.system.process.BrokerApi;
import dev.postrider.system.process.BrokerProcess;
import dev.postrider.system.process.RunningPrograms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Brokers are stopped in order and started again, one after the other, as an upgrade does it, under load. */
class RollingRestartIT {
    private static final String QUEUE = "work";
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final int PROGRESS = 100;

    @RegisterExtension
    private final RunningPrograms programs = new RunningPrograms();

    @Test
    void noRequestFailsNothingIsLostAndNoAttemptIsCounted() {
        String url = programs.database().url();
        List<BrokerProcess> brokers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            BrokerProcess broker = programs.broker().onDatabase(url);
            // A machine that stalls is no reason for brokers to take each other for dead, which counts an attempt.
            broker.env("POSTRIDER_BROKER_SILENCE", "60s");
            broker.launch();
            brokers.add(broker);
        }
        brokers.forEach(broker -> broker.awaitReady(Duration.ofSeconds(120)));
        // Long, so that what is given back must come by itself, and not because a lease ran out.
        brokers.get(0).api().putQueue(QUEUE, "{\"lease\":\"10m\"}");
        List<BrokerApi> apis = brokers.stream().map(BrokerProcess::api).toList();

        try (Fleet fleet = Fleet.start(apis, QUEUE, new Fleet.Temper(100, false));
                SdkClients sdk = SdkClients.start(fleet, 4, new Fleet.Temper(20, false))) {
            for (BrokerProcess broker : brokers) {
                fleet.awaitProgress(PROGRESS, Duration.ofSeconds(120));
                Duration stop = broker.terminate(STOP_LIMIT);
                Duration start = broker.start();
                System.out.println("Stopped in " + stop.toMillis() + " ms, ready again in " + start.toMillis() + " ms");
            }
            fleet.awaitProgress(PROGRESS, Duration.ofSeconds(120));
            sdk.stopPublishing();
            Verdict verdict = fleet.finish(Duration.ofSeconds(120));
            System.out.println(verdict + "; highest attempt "
                    + fleet.history().attemptMax() + "; HTTP " + fleet.refusals() + "; SDK acks not taken "
                    + sdk.unsettled());

            assertThat(sdk.failures()).as("failures that an application sees").isEmpty();
            assertThat(verdict.faults()).isEmpty();
            assertThat(fleet.history().attemptMax())
                    .as("attempts of messages that were given back")
                    .isEqualTo(1);
            assertThat(apis.get(0).stat(QUEUE, "inFlight"))
                    .as("messages that wait for the end of a lease")
                    .isZero();
        }
    }
}
