package dev.postrider.sample.signup.purchase;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** One thing that happened to a purchase or to a copy of it. Written once, never changed. */
@Entity
@Table(name = "purchase_event")
public class PurchaseEvent {
    private static final int DETAIL_LENGTH_MAX = 500;

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long sequence;

    @Column(name = "purchase_id", nullable = false)
    private UUID purchaseId;

    @Enumerated(EnumType.STRING)
    @Column(length = 20, columnDefinition = "varchar(20)")
    private Department department;

    @Enumerated(EnumType.STRING)
    @Column(nullable = false, length = 20, columnDefinition = "varchar(20)")
    private PurchaseFact fact;

    @Column(nullable = false)
    private int attempt;

    @Column(name = "happened_at", nullable = false)
    private Instant happenedAt;

    @Column(name = "next_attempt_at")
    private Instant nextAttemptAt;

    @Column(name = "took_millis")
    private Long tookMillis;

    @Column(length = DETAIL_LENGTH_MAX)
    private String detail;

    protected PurchaseEvent() {}

    PurchaseEvent(UUID purchaseId, PurchaseFact fact, Instant happenedAt) {
        this.purchaseId = purchaseId;
        this.fact = fact;
        this.happenedAt = happenedAt;
    }

    /**
     * The same of one department's copy.
     *
     * @param attempt how often the copy has been handed out, from 1
     */
    public PurchaseEvent withCopy(Department department, int attempt) {
        this.department = department;
        this.attempt = attempt;
        return this;
    }

    /** The same with the time of the next attempt. */
    public PurchaseEvent withNextAttemptAt(Instant nextAttemptAt) {
        this.nextAttemptAt = nextAttemptAt;
        return this;
    }

    /** The same with how long it took. */
    public PurchaseEvent withTook(Duration took) {
        this.tookMillis = took.toMillis();
        return this;
    }

    /** The same with a sentence for the reader, cut to what the table holds. */
    public PurchaseEvent withDetail(String detail) {
        this.detail = detail == null || detail.length() <= DETAIL_LENGTH_MAX
                ? detail
                : detail.substring(0, DETAIL_LENGTH_MAX);
        return this;
    }

    public UUID purchaseId() {
        return purchaseId;
    }

    /** Whose copy it happened to; empty if it happened to the purchase. */
    public Optional<Department> department() {
        return Optional.ofNullable(department);
    }

    public PurchaseFact fact() {
        return fact;
    }

    /** The number of the attempt, from 1; 0 for a fact that is none. */
    public int attempt() {
        return attempt;
    }

    public Instant happenedAt() {
        return happenedAt;
    }

    public Optional<Instant> nextAttemptAt() {
        return Optional.ofNullable(nextAttemptAt);
    }

    public Optional<Duration> took() {
        return Optional.ofNullable(tookMillis).map(Duration::ofMillis);
    }

    public Optional<String> detail() {
        return Optional.ofNullable(detail);
    }
}
