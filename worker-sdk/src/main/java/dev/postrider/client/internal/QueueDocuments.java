package dev.postrider.client.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postrider.client.DeadLetter;
import dev.postrider.client.DeadLetterPage;
import dev.postrider.client.QueueInfo;
import dev.postrider.client.QueueOptions;
import dev.postrider.client.internal.session.Delivered;
import dev.postrider.client.internal.wire.JsonBodies;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads what the broker answers about queues and dead letters. Fields that are missing are null, zero or empty. */
final class QueueDocuments {
    private static final ObjectMapper PLAIN = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> SETTINGS = new TypeReference<>() {};

    private QueueDocuments() {}

    static QueueInfo queue(JsonNode document) {
        JsonNode settings = document.path("settings");
        return new QueueInfo(
                document.path("name").asText(),
                QueueOptions.of(settings.isObject() ? PLAIN.convertValue(settings, SETTINGS) : Map.of()),
                document.path("paused").asBoolean(),
                instant(document.path("createdAt")),
                stats(document.path("stats")));
    }

    private static QueueInfo.Stats stats(JsonNode stats) {
        return new QueueInfo.Stats(
                stats.path("ready").asLong(),
                stats.path("inFlight").asLong(),
                stats.path("scheduled").asLong(),
                stats.path("deadLettered").asLong(),
                stats.path("bytes").asLong(),
                age(stats.path("oldestReadyAge").asText("")),
                stats.path("consumers").asInt());
    }

    /** An age is finer than the durations of settings: {@code 4.2s}. */
    private static Duration age(String text) {
        if (text.startsWith("P")) {
            return Duration.parse(text);
        }
        String[] units = {"ms", "s", "m", "h", "d"};
        long[] millis = {1, 1_000, 60_000, 3_600_000, 86_400_000};
        for (int i = 0; i < units.length; i++) {
            String number = text.endsWith(units[i]) ? text.substring(0, text.length() - units[i].length()) : "";
            if (number.matches("[0-9]+(\\.[0-9]+)?")) {
                return Duration.ofMillis(new BigDecimal(number)
                        .multiply(BigDecimal.valueOf(millis[i]))
                        .longValue());
            }
        }
        return Duration.ZERO;
    }

    static DeadLetterPage deadLetters(JsonNode document, ObjectMapper mapper) {
        List<DeadLetter> letters = new ArrayList<>();
        for (JsonNode letter : document.path("deadLetters")) {
            letters.add(new DeadLetter(
                    new Delivered(JsonBodies.message(letter.toString()), mapper, HttpSettlements::notOurs),
                    letter.path("reason").asText(null),
                    letter.path("error").asText(null),
                    letter.path("attempts").asInt(),
                    instant(letter.path("firstFailedAt")),
                    instant(letter.path("deadLetteredAt"))));
        }
        return new DeadLetterPage(letters, document.path("next").asText(null));
    }

    private static Instant instant(JsonNode node) {
        return node.isTextual() ? OffsetDateTime.parse(node.asText()).toInstant() : null;
    }
}
