package dev.postrider.broker.app;

import dev.postrider.broker.dispatch.Broker;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready means: among the brokers, and the database has answered lately. */
@Readiness
final class BrokerReadiness implements HealthCheck {
    private static final long ANSWER_WITHIN_MILLIS = 5_000;

    private final Broker broker;

    BrokerReadiness(Broker broker) {
        this.broker = broker;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("broker")
                .status(broker.isReady(ANSWER_WITHIN_MILLIS))
                .build();
    }
}
