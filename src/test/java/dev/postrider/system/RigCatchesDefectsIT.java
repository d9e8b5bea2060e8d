package dev.postrider.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.system.history.Verdict;
import dev.postrider.system.load.Fleet;
import dev.postrider.system.process.Eventually;
import dev.postrider.system.process.RunningPrograms;
import dev.postrider.system.rig.FaultKind;
import dev.postrider.system.rig.Plan.Step;
import dev.postrider.system.rig.Rig;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The rig is proven: defects are put into the database beneath an unchanged broker, and the checker names each. A rig
 * that finds nothing here would find nothing anywhere.
 */
class RigCatchesDefectsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    /** What is lost never comes: long enough for the rest. */
    private static final Duration SHORT = Duration.ofSeconds(5);

    private static final Fleet.Temper TEMPER = new Fleet.Temper(60, false);
    private static final List<String> TABLES = List.of("chunk", "delivery", "deduplication", "broker");

    @RegisterExtension
    private static final RunningPrograms PROGRAMS = new RunningPrograms();

    private static Rig rig;

    @BeforeAll
    static void start() {
        rig = Rig.start(PROGRAMS, 2);
    }

    @AfterEach
    void mend() throws SQLException {
        for (String table : TABLES) {
            // Dropping alone locks the slices before their table, statements lock the table first: a deadlock.
            rig.cluster()
                    .execute("do $$ begin lock table " + table + "; drop trigger if exists defect on " + table
                            + "; end $$");
        }
        rig.awaitReady();
    }

    /** Nothing forced the log to disk before the answer: the server's death takes what was acknowledged with it. */
    @Test
    void commitsThatAreAnsweredBeforeTheyAreDurableAreCaughtAsLost() throws Exception {
        rig.putQueue("undurable", "{}");
        set("wal_writer_delay", "10s");
        set("wal_writer_flush_after", "1GB");
        set("bgwriter_lru_maxpages", "0");
        function("perform set_config('synchronous_commit', 'off', true); return null");
        for (String table : TABLES) {
            rig.cluster()
                    .execute("create trigger defect after insert or update or delete on " + table
                            + " for each statement execute function defect()");
        }
        // Paused: what has been delivered is no longer at stake.
        pause("undurable");
        // Thrice: the server may happen to have flushed its log, for reasons of its own, right before one of them.
        List<FaultKind> kills = Collections.nCopies(3, FaultKind.DATABASE_KILLED);
        Verdict verdict = verdictAfter("undurable", kills, SHORT, () -> resume("undurable"));

        assertThat(verdict.lost()).as("lost").isNotEmpty();
    }

    @Test
    void deliveriesThatVanishAreCaughtAsLost() throws Exception {
        rig.putQueue("vanishing", "{}");
        function("if random() < 0.2 then return null; end if; return new");
        rig.cluster().execute("create trigger defect before insert on delivery for each row execute function defect()");
        // Paused: what a broker holds in memory it delivers whether there is a row or not.
        pause("vanishing");
        Verdict verdict = verdictAfter("vanishing", List.of(), SHORT, () -> resume("vanishing"));

        assertThat(verdict.lost()).as("lost").isNotEmpty();
    }

    @Test
    void settlementsThatAreForgottenAreCaughtAsRevived() throws Exception {
        rig.putQueue("forgetting", "{\"maxAttempts\":100}");
        // What the broker deletes as settled stands there again, and so does its chunk.
        function("if tg_table_name like 'delivery%' and random() < 0.2 then"
                + " old.owner := null; insert into delivery select (old).*; end if; return null");
        rig.cluster().execute("create trigger defect after delete on delivery for each row execute function defect()");
        rig.cluster().execute("create trigger defect before delete on chunk for each row execute function defect()");
        Verdict verdict = verdictAfter("forgetting", List.of(), PATIENCE, () -> {});

        assertThat(verdict.revived()).as("revived").isNotEmpty();
        assertThat(verdict.lost()).as("lost").isEmpty();
    }

    @Test
    void deduplicationKeysThatAreNotKeptAreCaughtAsDoubled() throws Exception {
        rig.putQueue("forgetful", "{\"maxAttempts\":100}");
        function("delete from deduplication d where d.queue_id = new.queue_id and d.key_hash = new.key_hash;"
                + " return null");
        rig.cluster()
                .execute("create trigger defect after insert on deduplication for each row execute function defect()");
        Verdict verdict = verdictAfter("forgetful", List.of(FaultKind.REPLIES_SWALLOWED), PATIENCE, () -> {});

        assertThat(verdict.doubled()).as("doubled").isNotEmpty();
        assertThat(verdict.lost()).as("lost").isEmpty();
    }

    @Test
    void withoutADefectTheSameFaultsPass() {
        rig.putQueue("sound", "{\"maxAttempts\":100}");
        Verdict verdict = verdictAfter("sound", List.of(FaultKind.REPLIES_SWALLOWED), PATIENCE, () -> {});

        assertThat(verdict.faults()).isEmpty();
    }

    private static Verdict verdictAfter(String queue, List<FaultKind> faults, Duration drainLimit, Runnable before) {
        try (Fleet fleet = rig.load(queue, TEMPER)) {
            fleet.awaitProgress(300, PATIENCE);
            for (FaultKind fault : faults) {
                fleet.awaitProgress(50, PATIENCE);
                rig.strike(new Step(fault, 0, Duration.ofSeconds(2), Duration.ZERO));
            }
            before.run();
            fleet.awaitProgress(50, PATIENCE);
            Eventually.pause(Duration.ofSeconds(1));
            Verdict verdict = fleet.finish(drainLimit);
            System.out.println("Queue " + queue + ": " + verdict);
            return verdict;
        }
    }

    private static void function(String body) throws SQLException {
        rig.cluster()
                .execute("create or replace function defect() returns trigger language plpgsql as $$ begin " + body
                        + "; end $$");
    }

    private static void set(String setting, String value) throws SQLException {
        rig.cluster().execute("alter system set " + setting + " = '" + value + "'");
        rig.cluster().execute("select pg_reload_conf()");
    }

    private static void pause(String queue) {
        rig.broker(0).api().post("/v1/queues/" + queue + "/pause", "").expect(200);
        Eventually.pause(Duration.ofSeconds(2));
    }

    private static void resume(String queue) {
        Eventually.that(
                "queue " + queue + " goes on",
                PATIENCE,
                () -> rig.broker(0)
                                .api()
                                .post("/v1/queues/" + queue + "/resume", "")
                                .status()
                        == 200);
    }
}
