package dev.postrider.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.Uni;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Persistence;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The session's part of the Panache outbox, with Hibernate Reactive as it is and without Quarkus around it. */
class PanacheOutboxTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static OutboxDatabase database;
    private static Mutiny.SessionFactory sessions;

    private final OutboxRecord mail = OutboxRecord.json("mails", Map.of("to", "ada@example.com"));

    /** What the application itself stores. */
    @Entity(name = "person")
    static class Person {
        @Id
        private String name;

        Person() {}

        Person(String name) {
            this.name = name;
        }
    }

    @BeforeAll
    static void connect() {
        database = OutboxDatabase.withTables();
        database.execute("create table person (name varchar(255) primary key)");
        String url = "jdbc:postgresql://127.0.0.1:" + database.port() + "/" + database.name();
        sessions = Persistence.createEntityManagerFactory(
                        "people",
                        Map.of(
                                "jakarta.persistence.jdbc.url", url,
                                "jakarta.persistence.jdbc.user", "postgres",
                                "jakarta.persistence.jdbc.password", "postgres"))
                .unwrap(Mutiny.SessionFactory.class);
    }

    @AfterAll
    static void disconnect() {
        sessions.close();
    }

    @BeforeEach
    void empty() {
        database.execute("delete from outbox");
        database.execute("delete from person");
    }

    @Test
    void theRecordAndTheEntityAreCommittedTogether() {
        sessions.withTransaction(
                        session -> session.persist(new Person("ada")).chain(() -> PanacheOutbox.write(session, mail)))
                .await()
                .atMost(PATIENCE);
        assertThat(database.count("person")).isEqualTo(1);
        assertThat(database.count("outbox")).isEqualTo(1);
    }

    @Test
    void theRecordAndTheEntityAreRolledBackTogether() {
        Uni<Void> failing = sessions.withTransaction(session -> session.persist(new Person("ada"))
                .chain(() -> PanacheOutbox.write(session, mail))
                .invoke(() -> {
                    throw new IllegalArgumentException("changed my mind");
                }));
        assertThatThrownBy(() -> failing.await().atMost(PATIENCE)).hasMessageContaining("changed my mind");
        assertThat(database.count("person")).isZero();
        assertThat(database.count("outbox")).isZero();
    }

    @Test
    void everythingThatARecordSaysIsWritten() {
        OutboxRecord written = mail.withKey("user-1")
                .withType("user.signed-up")
                .withHeader("tenant", "Zürich: \"east\" ?1 :id")
                .withPriority(9)
                .withDeliverAt(Instant.parse("2031-05-06T07:08:09.123456Z"))
                .withTtl(Duration.ofHours(2));
        assertThat(roundTrip(written)).usingRecursiveComparison().isEqualTo(written);
    }

    @Test
    void whatARecordDoesNotSayStaysAbsent() {
        assertThat(roundTrip(mail)).usingRecursiveComparison().isEqualTo(mail);
    }

    @Test
    void aSessionWithoutATransactionIsRefused() {
        Uni<Void> alone = sessions.withSession(session -> PanacheOutbox.write(session, mail));
        assertThatThrownBy(() -> alone.await().atMost(PATIENCE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("transaction");
        assertThat(database.count("outbox")).isZero();
    }

    private static OutboxRecord roundTrip(OutboxRecord record) {
        sessions.withTransaction(session -> PanacheOutbox.write(session, record))
                .await()
                .atMost(PATIENCE);
        RecordingBroker broker = new RecordingBroker();
        OutboxRelay.builder(database, broker).build().runOnce();
        return broker.stored().get(0);
    }
}
