package dev.postrider.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.system.hostile.ConnectionAttacks;
import dev.postrider.system.hostile.PayloadAttacks;
import dev.postrider.system.hostile.Peer;
import dev.postrider.system.hostile.Siege;
import dev.postrider.system.hostile.Siege.Attack;
import dev.postrider.system.hostile.Siege.Result;
import dev.postrider.system.hostile.Sieges;
import dev.postrider.system.process.BrokerProcess;
import dev.postrider.system.process.RunningPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Clients that mean harm, against a broker with 256 MiB of heap: it answers others meanwhile, and holds no more
 * afterwards. How long others wait is printed, not asserted: the machine has other things to do.
 *
 * <p>{@code -Dpostrider.siege=all} runs every attack at its full size, {@code -Dpostrider.siege=idle-streams,churn}
 * some of them.
 */
class HostileClientsIT {
    private static final long GROWTH_MAX_BYTES = 6L << 20;
    /** A tenth of the heap, and what each of the sockets has read ahead. */
    private static final long FRAMES_HELD_MAX_BYTES = 48L << 20;

    private static final int IDLE = 400;
    private static final Duration SHORT = Duration.ofSeconds(1);

    @RegisterExtension
    private static final RunningPrograms PROGRAMS = new RunningPrograms();

    private static BrokerProcess broker;
    private static Siege siege;

    @BeforeAll
    static void start() {
        broker = PROGRAMS.broker();
        broker.jvm("-Xmx256m");
        broker.start();
        broker.api().putQueue("quiet", "{}");
        broker.api().putQueue("flood", "{}");
        siege = PROGRAMS.closing(new Siege(broker, System.out));
    }

    @AfterAll
    static void theLogHasNoErrorAndNothingWasExhausted() throws IOException {
        if (broker.isAlive()) {
            assertThat(Files.readString(broker.log())).doesNotContain(" ERROR ").doesNotContain("OutOfMemory");
        }
    }

    private static Result run(String name, Attack attack) throws Exception {
        Result result = siege.run(name, attack);
        assertThat(broker.isAlive()).isTrue();
        assertThat(result.brokenAnswers()).as("answers %s", result.answers()).isZero();
        assertThat(result.during().probes()).as("probes meanwhile").isPositive();
        assertThat(result.heapGrowth()).as("growth of the heap").isLessThan(GROWTH_MAX_BYTES);
        return result;
    }

    @Test
    void bodiesThatNeverEndAreHeldWithinABudget() throws Exception {
        Result result = run("unfinished bodies", ConnectionAttacks.unfinishedBodies(300, SHORT));

        assertThat(result.answers().getOrDefault("503", 0)).isGreaterThan(200);
    }

    @Test
    void framesThatNeverEndAreHeldWithinABudget() throws Exception {
        Result frames = run("unfinished frames", PayloadAttacks.unfinishedFrames(15, SHORT));

        assertThat(frames.answers().getOrDefault("taken", 0)).isLessThan(5);
        assertThat(frames.heapHeld() - frames.heapBefore()).isLessThan(FRAMES_HELD_MAX_BYTES);
    }

    @Test
    void requestsThatWaitBehindALongPollAreNotRead() throws Exception {
        Result result = run("pipelines", ConnectionAttacks.pipelines(5, 100_000, SHORT));

        assertThat(result.answers()).doesNotContainKey("all taken");
    }

    @Test
    void badDocumentsFramesAndAddressesAreRefused() throws Exception {
        Result documents = run("bad documents", PayloadAttacks.badDocuments(1));
        Result addresses = run("bad addresses", PayloadAttacks.badAddresses(1));
        Result frames = run("bad frames", PayloadAttacks.badFrames(1));

        assertThat(documents.answers().keySet()).isSubsetOf("400", "413");
        assertThat(addresses.answers().keySet()).allMatch(status -> status.startsWith("4"));
        assertThat(frames.answers()).doesNotContainKey("-2");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/queues?prefix=%zz, 400, invalid-request",
        "/v1/queues/quiet/messages?state=%, 400, invalid-request",
        "/nowhere?%zz, 400, invalid-request",
        "long, 414, uri-too-long"
    })
    void anAddressThatTheServerCannotReadIsRefusedWithADocument(String path, int status, String code)
            throws IOException {
        try (Peer peer = Peer.connect(broker.port())) {
            assertThat(peer.get(path.equals("long") ? "/" + "x".repeat(20_000) : path)
                            .answer())
                    .contains(" " + status + " ", "application/problem+json", "\"code\":\"" + code + "\"");
        }
    }

    @Test
    void idleStreamsAndSocketsCostLittle() throws Exception {
        Result streams = run("idle streams", ConnectionAttacks.idleStreams(IDLE, SHORT));
        Result sockets = run("idle sockets", ConnectionAttacks.idleSockets(IDLE, SHORT));

        assertThat(streams.heapHeld() - streams.heapBefore()).isLessThan(IDLE * 20_000L);
        assertThat(sockets.heapHeld() - sockets.heapBefore()).isLessThan(IDLE * 20_000L);
    }

    @Test
    void moreThanCanBeStoredIsRefusedOrWaits() throws Exception {
        Result batches = run("batch flood", PayloadAttacks.batchFlood(8, Duration.ofSeconds(3)));

        assertThat(batches.answers().keySet()).isSubsetOf("201", "503", "closed");
    }

    @Test
    @EnabledIfSystemProperty(named = "postrider.siege", matches = ".+")
    void theWholeSiege() throws Exception {
        String wanted = System.getProperty("postrider.siege");
        Set<String> names = wanted.equals("all") ? Set.of() : Set.of(wanted.split(","));
        for (Result result : Sieges.run(siege, broker, names)) {
            assertThat(result.brokenAnswers()).as(result.name()).isZero();
        }
        assertThat(broker.isAlive()).isTrue();
    }
}
