package dev.postrider.broker.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.store.Await;
import dev.postrider.broker.store.WakeSignals;
import dev.postrider.broker.store.WakeSignals.Signal;
import dev.postrider.broker.store.WakeSignals.Signal.Kind;
import dev.postrider.broker.store.postgres.statement.NotifyBrokers.Payload;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresWakeSignalsTest {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    private final Queue<Signal> heard = new ConcurrentLinkedQueue<>();
    private final Queue<Signal> echoed = new ConcurrentLinkedQueue<>();
    private PostgresStorage listener;
    private PostgresStorage speaker;

    @BeforeEach
    void listen() {
        listener = PostgresStorage.open(POSTGRES.vertx(), POSTGRES.url(), DatabaseSettings.DEFAULTS);
        speaker = PostgresStorage.open(POSTGRES.vertx(), POSTGRES.url(), DatabaseSettings.DEFAULTS);
        Await.result(listener.wakeSignals().listen(heard::add));
        Await.result(speaker.wakeSignals().listen(echoed::add));
    }

    @AfterEach
    void close() {
        Await.result(listener.close());
        Await.result(speaker.close());
    }

    @Test
    void tellOthersOfWorkAndChanges() {
        speaker.wakeSignals().work(List.of(3, 1));
        awaitHeard(Kind.WORK, Set.of(1, 3));
        speaker.wakeSignals().changed(7);
        awaitHeard(Kind.CHANGED, Set.of(7));

        assertThat(echoed).isEmpty();
    }

    @Test
    void gatherWhatComesInABurst() {
        WakeSignals signals = speaker.wakeSignals();
        IntStream.rangeClosed(1, 20_000).forEach(i -> signals.work(List.of(i % 1_500)));

        awaitHeard(Kind.WORK, IntStream.range(0, 1_500).boxed().collect(Collectors.toSet()));
        assertThat(heard).hasSizeLessThan(1_000);
    }

    @Test
    void meanEverythingAfterAReconnect() {
        TestServer.execute(
                POSTGRES.url(),
                "select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where application_name = 'postrider listener' and datname = current_database()");

        Await.until(() -> heard.contains(Signal.EVERYTHING), found -> found);
        speaker.wakeSignals().work(List.of(5));
        awaitHeard(Kind.WORK, Set.of(5));
    }

    @Test
    void neverFail() {
        Await.result(speaker.close());

        speaker.wakeSignals().work(List.of(1));
        speaker.wakeSignals().changed(1);
        Await.result(speaker.wakeSignals().close());
    }

    @Test
    void fitIntoWhatPostgresTakes() {
        Set<Integer> ids = IntStream.range(Integer.MAX_VALUE - 5_000, Integer.MAX_VALUE)
                .boxed()
                .collect(Collectors.toSet());

        List<Payload> payloads = Payload.of("sender", Map.of(Kind.WORK, ids));

        assertThat(payloads)
                .hasSizeGreaterThan(1)
                .allMatch(payload -> payload.text().length() < 8_000);
        Set<Integer> read = new TreeSet<>();
        payloads.forEach(payload -> read.addAll(Payload.parse(payload.text()).queueIds()));
        assertThat(read).isEqualTo(new TreeSet<>(ids));
    }

    @Test
    void ignoreWhatOthersSay() {
        for (String text : List.of("", "hello", "a:work:1,x", "a:sleep:1", "a:work:99999999999", "a:work:9999999999")) {
            assertThat(Payload.parse(text)).as(text).isNull();
        }
    }

    private void awaitHeard(Kind kind, Set<Integer> queueIds) {
        Await.until(
                () -> heard.stream()
                        .filter(signal -> signal.kind() == kind)
                        .flatMap(signal -> signal.queueIds().stream())
                        .collect(Collectors.toSet()),
                ids -> ids.containsAll(queueIds));
    }
}
