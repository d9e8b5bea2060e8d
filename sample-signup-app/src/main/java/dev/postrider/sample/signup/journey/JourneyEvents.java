package dev.postrider.sample.signup.journey;

import io.quarkus.hibernate.reactive.panache.PanacheRepository;
import jakarta.enterprise.context.ApplicationScoped;

@ApplicationScoped
class JourneyEvents implements PanacheRepository<JourneyEvent> {}
