package dev.postrider.broker.transport;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.postrider.broker.dispatch.Settler.Failed;
import dev.postrider.broker.dispatch.Settler.Settled;
import dev.postrider.protocol.TextDuration;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The parts that requests to settle have, and what is answered to them. */
public final class SettleJson {
    /** How many receipts a call or a frame may carry. */
    public static final int RECEIPTS_MAX = 1_000;

    public static final long LEASE_MIN_MILLIS = 100;
    public static final long LEASE_MAX_MILLIS = 12 * 60 * 60 * 1_000L;

    private static final int REASON_BYTES_MAX = 8 * 1024;

    private SettleJson() {}

    /** Takes an array of 1 to 1,000 receipts, each once; whether they are any good is not looked at. */
    public static List<String> receipts(JsonInput in, String field) {
        Set<String> receipts = new LinkedHashSet<>();
        String element = field + "[]";
        in.array(field, 1, RECEIPTS_MAX, () -> receipts.add(in.string(element)));
        return List.copyOf(receipts);
    }

    /** Takes a lease, 100 ms to 12 h, in milliseconds. */
    public static long lease(JsonInput in, String field) {
        return in.duration(field, LEASE_MIN_MILLIS, LEASE_MAX_MILLIS).millis();
    }

    /** Takes the delay of a nack in milliseconds; null is -1, the queue's backoff. */
    public static long delay(JsonInput in, String field) {
        return in.takeNull()
                ? -1
                : in.duration(field, 0, TextDuration.MILLIS_MAX).millis();
    }

    /** Takes a reason of at most 8 KiB, or null; an empty one is none. */
    public static String reason(JsonInput in, String field) {
        String reason = in.stringOrNull(field);
        return reason == null || reason.isEmpty() ? null : MessageBounds.text(field, reason, REASON_BYTES_MAX);
    }

    /** Writes {@code settled} and {@code failed} into the object that {@code out} is in. */
    public static void writeFields(JsonGenerator out, Settled settled) throws IOException {
        out.writeNumberField("settled", settled.settled());
        out.writeArrayFieldStart("failed");
        for (Failed failed : settled.failed()) {
            out.writeStartObject();
            out.writeStringField("receipt", failed.receipt());
            out.writeStringField("code", failed.code().code());
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
