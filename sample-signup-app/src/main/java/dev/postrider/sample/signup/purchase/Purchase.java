package dev.postrider.sample.signup.purchase;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** Something that somebody bought. The id is random and doubles as the secret address of the purchase's page. */
@Entity
@Table(name = "purchase")
public class Purchase {
    @Id
    private UUID id;

    @Column(nullable = false, length = 254)
    private String email;

    @Column(name = "buyer_name", nullable = false, length = 100)
    private String buyerName;

    @Enumerated(EnumType.STRING)
    @Column(nullable = false, length = 20, columnDefinition = "varchar(20)")
    private Article article;

    @Column(name = "bought_at", nullable = false)
    private Instant boughtAt;

    protected Purchase() {}

    public Purchase(UUID id, String email, String buyerName, Article article, Instant boughtAt) {
        this.id = id;
        this.email = email;
        this.buyerName = buyerName;
        this.article = article;
        this.boughtAt = boughtAt;
    }

    public UUID id() {
        return id;
    }

    public String email() {
        return email;
    }

    public String buyerName() {
        return buyerName;
    }

    public Article article() {
        return article;
    }

    public Instant boughtAt() {
        return boughtAt;
    }
}
