package dev.postrider.broker.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.queue.QueueSettings;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class StoredSettingsTest {
    @Test
    void takeDefaultsForMissingFields() {
        assertThat(StoredSettings.fromJson(new JsonObject())).isEqualTo(QueueSettings.DEFAULTS);
        assertThat(StoredSettings.fromJson(new JsonObject("{\"retry\":{\"multiplier\":3}}"))
                        .retry()
                        .multiplier())
                .isEqualTo(3.0);
    }

    @Test
    void areTheJsonOfTheApi() {
        assertThat(StoredSettings.toJson(QueueSettings.DEFAULTS))
                .isEqualTo(
                        new JsonObject(
                                """
                        {"lease":"30s","maxAttempts":5,
                         "retry":{"initialDelay":"1s","multiplier":2.0,"maxDelay":"10m","jitter":0.2},
                         "ttl":null,"maxMessages":null,"maxBytes":null,"overflow":"reject","maxDeliveryRate":null,
                         "maxInFlight":null,"maxInFlightPerKey":null,"ordering":"none","fairness":null,
                         "priorityAgeing":null,"deduplicationWindow":"5m","deadLetterQueue":null,
                         "durability":"durable"}
                        """));
    }

    @Test
    void ofALaterVersionAreRead() {
        assertThat(StoredSettings.fromJson(new JsonObject("{\"lease\":\"PT5S\",\"weather\":\"fine\"}"))
                        .lease()
                        .text())
                .isEqualTo("PT5S");
    }
}
