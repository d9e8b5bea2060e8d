package dev.postrider.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OutboxRelayTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofMinutes(5);

    private static OutboxDatabase database;

    private final RecordingBroker broker = new RecordingBroker();

    @BeforeAll
    static void createDatabase() {
        database = OutboxDatabase.withTables();
    }

    @BeforeEach
    void empty() {
        database.execute("delete from outbox");
    }

    @Nested
    class Publishing {
        @Test
        void aCommittedRecordIsPublishedAndDeleted() {
            database.commit(OutboxRecord.text("mails", "a"), OutboxRecord.text("mails", "b"));
            OutboxRelay.Pass pass = relay().build().runOnce();
            assertThat(pass.published()).isEqualTo(2);
            assertThat(broker.texts()).containsExactly("a", "b");
            assertThat(database.count("outbox")).isZero();
        }

        @Test
        void anEmptyOutboxIsNothingToDo() {
            assertThat(relay().build().runOnce().more()).isFalse();
        }

        @Test
        void eachQueueIsPublishedByItself() {
            AtomicInteger publishes = new AtomicInteger();
            broker.before(records -> publishes.incrementAndGet());
            database.commit(
                    OutboxRecord.text("mails", "a"),
                    OutboxRecord.text("letters", "b"),
                    OutboxRecord.text("mails", "c"));
            relay().build().runOnce();
            assertThat(publishes).hasValue(2);
            assertThat(broker.texts()).containsExactly("a", "c", "b");
        }

        @Test
        void aFullBatchSaysThatThereIsMore() {
            database.commit(numbered("mails", 5));
            OutboxRelay relay = relay().batchRecords(2).build();
            assertThat(List.of(relay.runOnce(), relay.runOnce(), relay.runOnce()))
                    .extracting(OutboxRelay.Pass::more)
                    .containsExactly(true, true, false);
            assertThat(broker.texts()).containsExactly("0", "1", "2", "3", "4");
        }

        @Test
        void aBatchIsBoundedInBytesToo() {
            OutboxRecord[] large = IntStream.range(0, 5)
                    .mapToObj(i -> OutboxRecord.bytes("blobs", new byte[3 << 20], "application/octet-stream"))
                    .toArray(OutboxRecord[]::new);
            database.commit(large);
            OutboxRelay relay = relay().build();
            assertThat(relay.runOnce().published()).isEqualTo(2);
            assertThat(relay.runOnce().more()).isTrue();
            assertThat(relay.runOnce().published()).isEqualTo(1);
        }
    }

    @Nested
    class Order {
        @Test
        void rowsOfAKeyThatAnotherRelayHoldsAreNotOvertaken() throws SQLException {
            database.commit(keyed("k", "k1"), keyed("k", "k2"), keyed("other", "o1"));
            try (Connection other = lockFirst("k1")) {
                OutboxRelay relay = relay().build();
                relay.runOnce();
                assertThat(broker.texts()).containsExactly("o1");
                other.rollback();
                relay.runOnce();
            }
            assertThat(broker.texts()).containsExactly("o1", "k1", "k2");
        }

        @Test
        void aHeldKeyWithManyRowsDoesNotKeepOthersWaiting() throws SQLException {
            for (int i = 0; i < 50; i++) {
                database.commit(keyed("k", "k" + i));
            }
            database.commit(keyed("other", "o1"));
            try (Connection other = lockFirst("k0")) {
                relay().batchRecords(5).build().runOnce();
                assertThat(broker.texts()).containsExactly("o1");
                other.rollback();
            }
        }

        @Test
        void aLockedRowWithoutAKeyIsPassedBy() throws SQLException {
            database.commit(numbered("mails", 3));
            try (Connection other = lockFirst("0")) {
                relay().build().runOnce();
                assertThat(broker.texts()).containsExactly("1", "2");
                other.rollback();
            }
        }

        @Test
        void theSameKeyOfAnotherQueueIsAnotherKey() throws SQLException {
            database.commit(keyed("k", "k1"), OutboxRecord.text("letters", "l1").withKey("k"));
            try (Connection other = lockFirst("k1")) {
                relay().build().runOnce();
                assertThat(broker.texts()).containsExactly("l1");
                other.rollback();
            }
        }
    }

    @Nested
    class Failures {
        @Test
        void aBrokerThatIsAwayCostsNoRecordAnything() {
            database.commit(numbered("mails", 3));
            OutboxRelay relay = relay().build();
            broker.before(records -> {
                throw new IllegalStateException("connection refused");
            });
            OutboxRelay.Pass pass = relay.runOnce();
            assertThat(pass.failure()).isPresent();
            assertThat(relay.status().failingSince()).isPresent();
            assertThat(database.counts().pending()).isEqualTo(3);

            broker.before(records -> {});
            while (relay.runOnce().more()) {
                assertThat(relay.status().failingSince()).isEmpty();
            }
            assertThat(broker.texts()).containsExactly("0", "1", "2");
        }

        @Test
        void aLostAnswerLeadsToARepeatUnderTheSameId() {
            database.commit(numbered("mails", 3));
            OutboxRelay relay = relay().build();
            broker.after(records -> {
                throw new IllegalStateException("connection reset");
            });
            relay.runOnce();
            broker.after(records -> {});
            relay.runOnce();
            relay.runOnce();
            assertThat(broker.texts()).containsExactly("0", "1", "2");
            assertThat(broker.repeats()).isEqualTo(3);
            assertThat(database.count("outbox")).isZero();
        }

        @Test
        void aDatabaseThatEndsTheSessionAfterTheConfirmationLeadsToARepeat() {
            database.commit(numbered("mails", 3));
            broker.after(records -> database.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                    + " where datname = current_database() and pid <> pg_backend_pid()"));
            OutboxRelay relay = relay().build();
            assertThat(relay.runOnce().failure()).isPresent();
            assertThat(database.counts().pending()).isEqualTo(3);

            broker.after(records -> {});
            assertThat(relay.runOnce().published()).isEqualTo(3);
            assertThat(broker.texts()).containsExactly("0", "1", "2");
            assertThat(broker.repeats()).isEqualTo(3);
        }

        @Test
        void aRelayThatHangsLosesItsRowsToAnother() throws Exception {
            database.commit(numbered("mails", 3));
            CountDownLatch hanging = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            RecordingBroker slow = new RecordingBroker().before(records -> {
                hanging.countDown();
                awaitQuietly(goOn);
            });
            OutboxRelay hung = OutboxRelay.builder(database, slow)
                    .transactionTimeout(Duration.ofMillis(200))
                    .build();
            hung.start();
            hanging.await();
            OutboxRelay other = relay().build();
            await().atMost(Duration.ofSeconds(10)).until(() -> other.runOnce().published() == 3);
            goOn.countDown();
            assertThat(hung.stop(Duration.ofSeconds(10))).isTrue();
        }

        @Test
        void aQueueThatTakesNothingDoesNotHoldUpTheOthers() {
            database.commit(
                    OutboxRecord.text("full", "f1"), OutboxRecord.text("mails", "a"), OutboxRecord.text("full", "f2"));
            AtomicInteger refusals = new AtomicInteger();
            broker.before(records -> {
                if (records.get(0).queue().equals("full")) {
                    refusals.incrementAndGet();
                    throw new OutboxPublisher.RefusedException(OutboxPublisher.Scope.QUEUE, "queue-full", null);
                }
            });
            OutboxRelay relay = relay().backoff(LONG, LONG).build();
            relay.runOnce();
            database.commit(OutboxRecord.text("mails", "b"));
            assertThat(relay.runOnce().published()).isEqualTo(1);
            assertThat(broker.texts()).containsExactly("a", "b");
            assertThat(refusals).hasValue(1);
            assertThat(database.counts())
                    .extracting("pending", "retrying", "parked")
                    .containsExactly(2L, 0L, 0L);
        }

        @Test
        void aQueueThatIsOpenAgainGetsItsRecords() {
            database.commit(OutboxRecord.text("full", "f1"));
            broker.before(records -> {
                throw new OutboxPublisher.RefusedException(OutboxPublisher.Scope.QUEUE, "queue-full", null);
            });
            OutboxRelay relay = relay().build();
            relay.runOnce();
            broker.before(records -> {});
            await().atMost(Duration.ofSeconds(10)).until(() -> relay.runOnce().published() == 1);
        }
    }

    @Nested
    class NearlyFullQueue {
        @Test
        void getsAsManyRecordsAsItHasRoomFor() {
            broker.before(records -> {
                if (broker.texts().size() + records.size() > 10) {
                    throw new OutboxPublisher.RefusedException(OutboxPublisher.Scope.QUEUE, "queue-full", null);
                }
            });
            database.commit(numbered("mails", 100));
            OutboxRelay relay = relay().build();
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                relay.runOnce();
                return broker.texts().size() == 10;
            });
            assertThat(database.counts())
                    .extracting("pending", "retrying", "parked")
                    .containsExactly(90L, 0L, 0L);
        }
    }

    @Nested
    class Poison {
        @Test
        void theRestOfItsBatchIsPublished() {
            database.commit(numbered("mails", 100));
            broker.before(RecordingBroker.refusing(List.of("17", "63")));
            OutboxRelay.Pass pass = relay().retry(LONG, LONG).build().runOnce();
            assertThat(pass.published()).isEqualTo(98);
            assertThat(pass.refused()).isEqualTo(2);
            assertThat(database.counts())
                    .extracting("pending", "retrying", "parked")
                    .containsExactly(0L, 2L, 0L);
        }

        @Test
        void theLaterRecordsOfItsKeyWaitForIt() {
            database.commit(keyed("k", "k1"), keyed("k", "bad"), keyed("k", "k2"), keyed("other", "o1"));
            broker.before(RecordingBroker.refusing(List.of("bad")));
            OutboxRelay relay = relay().retry(SHORT, SHORT).build();
            relay.runOnce();
            database.commit(keyed("k", "k3"));
            relay.runOnce();
            assertThat(broker.texts()).containsExactly("k1", "o1");

            broker.before(records -> {});
            await().atMost(Duration.ofSeconds(10)).until(() -> relay.runOnce().published() == 3);
            assertThat(broker.texts()).containsExactly("k1", "o1", "bad", "k2", "k3");
            assertThat(database.count("outbox_failure")).isZero();
        }

        @Test
        void afterItsLastAttemptItIsParkedAndItsKeyGoesOn() throws SQLException {
            OutboxRecord bad = keyed("k", "bad");
            database.commit(bad, keyed("k", "k2"));
            broker.before(RecordingBroker.refusing(List.of("bad")));
            OutboxRelay relay = relay().retry(SHORT, SHORT).attemptsMax(3).build();
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                relay.runOnce();
                return broker.texts().equals(List.of("k2"));
            });
            assertThat(database.counts())
                    .extracting("pending", "retrying", "parked")
                    .containsExactly(0L, 0L, 1L);
            assertThat(relay.status().parked()).isEqualTo(1);
            try (Connection connection = database.open()) {
                OutboxBacklog.Failure parked =
                        OutboxBacklog.failures(connection, 10).get(0);
                assertThat(parked.id()).isEqualTo(bad.id());
                assertThat(parked.attempts()).isEqualTo(3);
                assertThat(parked.error()).isEqualTo("too large: bad");
                assertThat(parked.parkedAt()).isPresent();
            }
        }

        @Test
        void aParkedRecordCanBeReleasedOrDiscarded() throws SQLException {
            OutboxRecord first = OutboxRecord.text("mails", "first");
            OutboxRecord second = OutboxRecord.text("mails", "second");
            database.commit(first, second);
            broker.before(RecordingBroker.refusing(List.of("first", "second")));
            OutboxRelay relay = relay().attemptsMax(1).build();
            relay.runOnce();
            assertThat(database.counts().parked()).isEqualTo(2);
            try (Connection connection = database.open()) {
                assertThat(OutboxBacklog.release(connection, first.id())).isTrue();
                assertThat(OutboxBacklog.discard(connection, first.id())).isFalse();
                assertThat(OutboxBacklog.discard(connection, second.id())).isTrue();
                assertThat(OutboxBacklog.release(connection, UUID.randomUUID())).isFalse();
            }
            broker.before(records -> {});
            relay.runOnce();
            assertThat(broker.texts()).containsExactly("first");
            assertThat(database.count("outbox")).isZero();
        }

        @Test
        void aRowThatIsNoRecordIsParkedLikeOne() {
            database.execute("insert into outbox (id, aggregatetype, type, payload, content_type, headers)"
                    + " values (gen_random_uuid(), 'Not A Queue!', 't', '', 'text/plain', '{}'),"
                    + " (gen_random_uuid(), 'mails', 't', '', 'text/plain', '[1]')");
            database.commit(OutboxRecord.text("mails", "good"));
            relay().attemptsMax(1).build().runOnce();
            assertThat(broker.texts()).containsExactly("good");
            assertThat(database.counts().parked()).isEqualTo(2);
        }
    }

    @Nested
    class Running {
        @Test
        void wakingItPublishesWithoutWaitingForThePoll() {
            try (OutboxRelay relay = relay().pollInterval(LONG).build()) {
                relay.start();
                relay.start();
                database.commit(OutboxRecord.text("mails", "a"));
                relay.wake();
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> broker.texts().equals(List.of("a")));
            }
        }

        @Test
        void thePollFindsWhatNobodyAnnounced() {
            try (OutboxRelay relay = relay().pollInterval(SHORT).build()) {
                relay.start();
                database.commit(OutboxRecord.text("mails", "a"));
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> broker.texts().equals(List.of("a")));
            }
        }

        @Test
        void itGoesOnByItselfWhenTheBrokerIsBack() {
            broker.before(records -> {
                throw new IllegalStateException("away");
            });
            database.commit(OutboxRecord.text("mails", "a"));
            try (OutboxRelay relay = relay().build()) {
                relay.start();
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> relay.status().failingSince().isPresent());
                broker.before(records -> {});
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> broker.texts().equals(List.of("a")));
            }
        }

        @Test
        void itSurvivesADatabaseThatRefusesConnections() {
            AtomicInteger refusals = new AtomicInteger(3);
            OutboxRelay.Connections flaky = () -> {
                if (refusals.getAndDecrement() > 0) {
                    throw new SQLException("connection refused");
                }
                return database.open();
            };
            database.commit(OutboxRecord.text("mails", "a"));
            try (OutboxRelay relay =
                    OutboxRelay.builder(flaky, broker).backoff(SHORT, SHORT).build()) {
                relay.start();
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> broker.texts().equals(List.of("a")));
            }
        }

        @Test
        void itSurvivesADriverThatThrowsAnError() {
            AtomicInteger errors = new AtomicInteger(2);
            OutboxRelay.Connections broken = () -> {
                if (errors.getAndDecrement() > 0) {
                    throw new AssertionError("getAutoCommit() should not throw");
                }
                return database.open();
            };
            database.commit(OutboxRecord.text("mails", "a"));
            try (OutboxRelay relay =
                    OutboxRelay.builder(broken, broker).backoff(SHORT, SHORT).build()) {
                relay.start();
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> broker.texts().equals(List.of("a")));
            }
        }

        @Test
        void stoppingIsLegalAtAnyTime() {
            OutboxRelay relay = relay().build();
            assertThat(relay.stop(SHORT)).isTrue();
            relay.start();
            assertThat(relay.stop(SHORT)).isTrue();
        }
    }

    private OutboxRelay.Builder relay() {
        return OutboxRelay.builder(database, broker).backoff(SHORT, SHORT);
    }

    private static OutboxRecord keyed(String key, String text) {
        return OutboxRecord.text("mails", text).withKey(key);
    }

    private static OutboxRecord[] numbered(String queue, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> OutboxRecord.text(queue, Integer.toString(i)))
                .toArray(OutboxRecord[]::new);
    }

    private static Connection lockFirst(String text) throws SQLException {
        Connection connection = database.open();
        connection.setAutoCommit(false);
        connection
                .createStatement()
                .execute("select 1 from outbox where payload = convert_to('" + text + "', 'UTF8') for update");
        return connection;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
