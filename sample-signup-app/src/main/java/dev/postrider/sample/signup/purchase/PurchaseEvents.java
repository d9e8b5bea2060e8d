package dev.postrider.sample.signup.purchase;

import io.quarkus.hibernate.reactive.panache.PanacheRepository;
import jakarta.enterprise.context.ApplicationScoped;

@ApplicationScoped
class PurchaseEvents implements PanacheRepository<PurchaseEvent> {}
