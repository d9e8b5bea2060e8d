package dev.postrider.sample.signup.account;

import io.quarkus.elytron.security.common.BcryptUtil;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;

/** Turns passwords into bcrypt hashes, on a worker thread: hashing is slow on purpose. */
final class Passwords {
    /** What OWASP asks of bcrypt at least; some 100 ms on a small machine. */
    private static final int COST = 10;

    private Passwords() {}

    static Uni<String> hash(String password) {
        return Uni.createFrom()
                .item(() -> BcryptUtil.bcryptHash(password, COST))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }
}
