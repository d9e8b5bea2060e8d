package dev.postrider.sample.signup.account;

import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;

@ApplicationScoped
class Links implements PanacheRepositoryBase<ActivationLink, byte[]> {}
