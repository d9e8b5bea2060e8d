package dev.postrider.broker.management;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.postrider.broker.dispatch.Delivered;
import dev.postrider.broker.store.DeadLetterStore.DeadLetter;
import dev.postrider.broker.transport.JsonOutput;
import dev.postrider.broker.transport.MessageJson;
import dev.postrider.protocol.record.MessageRecord;
import java.io.IOException;

/** A dead letter as it is answered: the message without a receipt, and how it came to this. */
final class DeadLetterJson {
    private DeadLetterJson() {}

    static void write(JsonGenerator out, String queue, DeadLetter letter) throws IOException {
        MessageRecord record = letter.record();
        long expiresAt = record.ttlMillis() < 0 ? 0 : record.publishedAtMillis() + record.ttlMillis();
        out.writeStartObject();
        MessageJson.writeFields(
                out,
                new Delivered(
                        null, record.id(), queue, letter.attempts(), record.publishedAtMillis(), expiresAt, record));
        out.writeStringField("reason", letter.reason());
        out.writeStringField("error", letter.error());
        out.writeNumberField("attempts", letter.attempts());
        out.writeStringField("firstFailedAt", instantOrNull(letter.firstFailedAtMillis()));
        out.writeStringField("deadLetteredAt", instantOrNull(letter.deadLetteredAtMillis()));
        out.writeEndObject();
    }

    private static String instantOrNull(long millis) {
        return millis <= 0 ? null : JsonOutput.instant(millis);
    }
}
