package dev.postrider.outbox;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.hibernate.reactive.common.AffectedEntities;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Writes outbox records through Hibernate Reactive, in the transaction of its current session. The insert is a native
 * query: there is no entity to scan or to map.
 */
public final class PanacheOutbox {
    // Three things that Hibernate Reactive asks for: a null parameter of a native query carries no type, so absent
    // values
    // travel as empty ones; a parameter that is cast to jsonb directly is sent as a JSON string; and the insert is read
    // as a query with a result, because after an update query a session holds every entity's cache for outdated, and
    // warns about that when it closes.
    private static final String INSERT =
            """
            insert into outbox (id, aggregatetype, aggregateid, type, payload, content_type, headers,
                                priority, deliver_at, ttl_millis)
            values (:id, :queue, nullif(:key, ''), :type, :payload, :contentType, cast(cast(:headers as text) as jsonb),
                    :priority, cast(nullif(:deliverAt, '') as timestamptz), nullif(:ttl, 0))
            returning type
            """;

    private static final AffectedEntities NOTHING_AFFECTED = new AffectedEntities();

    private PanacheOutbox() {}

    /**
     * Inserts one record in Panache's current session: inside {@code @WithTransaction} or
     * {@code Panache.withTransaction}. It is published some time after the transaction has committed, and never if it
     * rolls back.
     *
     * @return completes when the row is written; fails with {@link IllegalStateException} if there is no transaction
     */
    public static Uni<Void> write(OutboxRecord record) {
        return Panache.getSession().chain(session -> write(session, record));
    }

    /** As {@link #write(OutboxRecord)}, for an application that uses Hibernate Reactive without Panache. */
    public static Uni<Void> write(Mutiny.Session session, OutboxRecord record) {
        if (session.currentTransaction() == null) {
            return Uni.createFrom()
                    .failure(new IllegalStateException("An outbox record is written in a transaction: there is none"));
        }
        return session.createNativeQuery(INSERT, String.class, NOTHING_AFFECTED)
                .setParameter("id", record.id())
                .setParameter("queue", record.target())
                .setParameter("key", record.key().orElse(""))
                .setParameter("type", record.type())
                .setParameter("payload", record.payload())
                .setParameter("contentType", record.contentType())
                .setParameter("headers", OutboxJson.writeHeaders(record.headers()))
                .setParameter("priority", record.priority())
                .setParameter("deliverAt", deliverAt(record))
                .setParameter("ttl", record.ttl().map(Duration::toMillis).orElse(0L))
                .getSingleResult()
                .replaceWithVoid();
    }

    private static String deliverAt(OutboxRecord record) {
        return record.deliverAt()
                .map(at -> at.atOffset(ZoneOffset.UTC))
                .map(OffsetDateTime::toString)
                .orElse("");
    }
}
