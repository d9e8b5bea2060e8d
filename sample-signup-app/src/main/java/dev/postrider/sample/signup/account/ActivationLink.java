package dev.postrider.sample.signup.account;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A link that was mailed. The database knows only the hash of its token; it works once, until it expires. */
@Entity
@Table(name = "activation_link")
class ActivationLink {
    @Id
    @Column(name = "token_hash")
    private byte[] tokenHash;

    @Column(name = "account_id", nullable = false)
    private UUID accountId;

    @Column(name = "expires_at", nullable = false)
    private Instant expiresAt;

    @Column(name = "used_at")
    private Instant usedAt;

    protected ActivationLink() {}

    ActivationLink(byte[] tokenHash, UUID accountId, Instant expiresAt) {
        this.tokenHash = tokenHash.clone();
        this.accountId = accountId;
        this.expiresAt = expiresAt;
    }

    UUID accountId() {
        return accountId;
    }

    boolean isUsed() {
        return usedAt != null;
    }

    boolean hasExpiredAt(Instant now) {
        return !now.isBefore(expiresAt);
    }

    void useAt(Instant now) {
        usedAt = now;
    }
}
